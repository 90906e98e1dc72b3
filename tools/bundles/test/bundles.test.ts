import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { BuildOptions, Plugin } from "esbuild";
import { minify } from "terser";
import { build as buildWithVite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../bundle.ts";
import ceilings from "../ceilings.json" with { type: "json" };
import { publishInto } from "./publish.ts";

// Ours stays: size-limit weighs a bundle, but not of packages as they are published, and looks for no code and no files in it.

/** What one program in `entries/` may weigh, minified and gzipped, which pieces of code may not be in it, and which files it needs. */
interface Ceiling {
  readonly bytes: number;
  readonly absent: readonly string[];
  readonly files?: readonly string[];
}

const rows: Readonly<Record<string, Ceiling>> = ceilings;
const entries = fileURLToPath(new URL("../entries", import.meta.url));
/** Where the programs lie beside the packages that they import, as on a user's machine. */
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "gradloom-bundles-")));

beforeAll(async () => {
  cpSync(entries, path.join(folder, "entries"), { recursive: true });
  await publishInto(folder);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** The program in one file; its names are kept. */
function bundleForPage(options: BuildOptions): Promise<string> {
  const minified = { minifyWhitespace: true, minifySyntax: true };
  return bundle({ absWorkingDir: folder, platform: "browser", ...minified, ...options });
}

/** Bundles the program as a page would get it, into the folder that it gives. */
async function bundleWithVite(entry: string): Promise<string> {
  const outDir = path.join(folder, "vite", entry);
  await buildWithVite({
    root: folder,
    base: "./",
    configFile: false,
    logLevel: "silent",
    build: {
      outDir,
      target: "es2023",
      rolldownOptions: { input: `entries/${entry}.ts`, output: { entryFileNames: "[name].mjs" } },
    },
  });
  return outDir;
}

test("every program has a ceiling and every ceiling a program", () => {
  const programs = readdirSync(entries).map((file) => file.replace(/\.ts$/, ""));
  expect(programs.toSorted()).toEqual(Object.keys(rows).toSorted());
});

test("what must be absent is spelt as it would appear", async () => {
  const contents = `import * as all from "gradloom"; import * as digits from "gradloom/digits"; console.log(all, digits);`;
  const everything = await bundleForPage({ stdin: { contents, resolveDir: folder } });
  const unknown = Object.values(rows)
    .flatMap(({ absent }) => absent)
    .filter((piece) => !everything.includes(piece));
  expect(unknown).toEqual([]);
});

describe.each(Object.entries(rows))("the program %s", (name, { bytes, absent, files = [] }) => {
  let made: Promise<string> | undefined;
  const text = (): Promise<string> => (made ??= bundleForPage({ entryPoints: [`entries/${name}.ts`] }));

  test(`is at most ${bytes} bytes`, async () => {
    const { code = "" } = await minify(await text(), {
      module: true,
      ecma: 2020,
      compress: { passes: 3 },
    });
    const size = gzipSync(code, { level: 9 }).length;
    console.info(`${name}: ${size} of ${bytes} bytes, minified and gzipped`);
    expect(size).toBeLessThanOrEqual(bytes);
  });

  test("carries nothing it does not use", async () => {
    const bundled = await text();
    expect(absent.filter((piece) => bundled.includes(piece))).toEqual([]);
  });

  test("comes out of Vite in one file, with the files it needs", async () => {
    const written = readdirSync(await bundleWithVite(name), { recursive: true, encoding: "utf8" });
    const hash = /-[\w-]{8}(?=\.)/;
    expect(
      written
        .filter((file) => file !== "assets")
        .map((file) => path.basename(file).replace(hash, ""))
        .toSorted(),
    ).toEqual([...files, `${name}.mjs`].toSorted());
  });
});

/** Every entry that the published packages have. */
function publishedEntries(): readonly string[] {
  const modules = path.join(folder, "node_modules");
  const names = ["gradloom", ...readdirSync(path.join(modules, "@gradloom")).map((name) => `@gradloom/${name}`)];
  return names.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(path.join(modules, name, "package.json"), "utf8")) as {
      exports: object;
    };
    const entries = Object.entries(exports).filter(([, target]) => typeof target === "object");
    return entries.map(([entry]) => path.posix.join(name, entry));
  });
}

/** Lets a bundler drop nothing of a package for the word of its package.json, and everything of the others. */
function withoutWordOf(entry: string): Plugin {
  const own = entry
    .split("/")
    .slice(0, entry.startsWith("@") ? 2 : 1)
    .join("/");
  return {
    name: "without-word",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /./ }, async ({ path: wanted, kind, resolveDir, importer, pluginData }) => {
        if (pluginData === own) return undefined;
        const found = await resolve(wanted, { kind, resolveDir, importer, pluginData: own });
        const sideEffects = found.path.includes(`/node_modules/${own}/`);
        return { path: found.path, external: found.external, errors: found.errors, sideEffects };
      });
    },
  };
}

test("nothing happens at an import, whichever entry it is, as bundlers can see in the code itself", async () => {
  const entries = publishedEntries();
  const left = await Promise.all(
    entries.map(async (entry) => {
      const stdin = { contents: `import ${JSON.stringify(entry)};`, resolveDir: folder };
      return [
        entry,
        (await bundleForPage({ stdin, plugins: [withoutWordOf(entry)], external: ["node:*", "fast-check"] })).trim(),
      ] as const;
    }),
  );
  expect(entries.length).toBeGreaterThan(readdirSync(path.join(folder, "node_modules")).length);
  expect(left.filter(([, code]) => code !== "")).toEqual([]);
});

test("the digits are found from where Vite put them", async () => {
  const program = path.join(await bundleWithVite("digits"), "digits.mjs");
  expect(execFileSync(process.execPath, [program], { encoding: "utf8" })).toBe("10000,28,28,1\n");
});
