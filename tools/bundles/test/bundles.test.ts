import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { minify } from "terser";
import { describe, expect, test } from "vitest";
import ceilings from "../ceilings.json" with { type: "json" };
import manifest from "../package.json" with { type: "json" };

/** What one program in `entries/` may weigh, minified and gzipped, and which pieces of code may not be in it. */
interface Ceiling {
  readonly bytes: number;
  readonly absent: readonly string[];
}

const folder = fileURLToPath(new URL("..", import.meta.url));
const rows: Readonly<Record<string, Ceiling>> = ceilings;

/** The program in one file; its names are kept. */
async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    conditions: ["@gradloom/source"],
    minifyWhitespace: true,
    minifySyntax: true,
    ...options,
  });
  return outputFiles?.[0]?.text ?? "";
}

function everything(): Promise<string> {
  const names = Object.keys(manifest.dependencies);
  const imports = names.map((name, index) => `import * as package${index} from "${name}";`);
  const uses = names.map((_, index) => `package${index}`);
  return bundle({
    stdin: { contents: `${imports.join("\n")}\nconsole.log(${uses.join(", ")});`, resolveDir: folder },
  });
}

test("every program has a ceiling and every ceiling a program", () => {
  const programs = readdirSync(`${folder}/entries`).map((file) => file.replace(/\.ts$/, ""));
  expect(programs.toSorted()).toEqual(Object.keys(rows).toSorted());
});

test("what must be absent is spelt as it would appear", async () => {
  const all = await everything();
  const unknown = Object.values(rows)
    .flatMap(({ absent }) => absent)
    .filter((piece) => !all.includes(piece));
  expect(unknown).toEqual([]);
});

describe.each(Object.entries(rows))("the program %s", (name, { bytes, absent }) => {
  const entryPoints = [`entries/${name}.ts`];

  test(`is at most ${bytes} bytes`, async () => {
    const { code = "" } = await minify(await bundle({ entryPoints }), {
      module: true,
      ecma: 2020,
      compress: { passes: 3 },
    });
    const size = gzipSync(code, { level: 9 }).length;
    console.info(`${name}: ${size} of ${bytes} bytes, minified and gzipped`);
    expect(size).toBeLessThanOrEqual(bytes);
  });

  test("carries nothing it does not use", async () => {
    const text = await bundle({ entryPoints });
    expect(absent.filter((piece) => text.includes(piece))).toEqual([]);
  });
});
