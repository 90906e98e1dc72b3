import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "gradloom-checks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

describe("the check of import directions", () => {
  const tables = {
    layers: { core: [], backend: ["core"], plugin: ["core"] },
    order: { "packages/core": ["early", "late", "last.ts"] },
  };

  /** What is told of packages with these sources. */
  function problems(sources: Readonly<Record<string, string>>, exceptions: readonly string[] = []): readonly string[] {
    write({
      "package.json": {},
      "tools/boundaries.json": { ...tables, exceptions },
      "packages/core/package.json": { name: "core", nx: { tags: ["layer:core"] } },
      "packages/more/package.json": { name: "more", nx: { tags: ["layer:plugin"] }, dependencies: { core: "*" } },
      "packages/core/src/early/a.ts": "export interface A {}",
      "packages/core/src/late/b.ts": 'import type { A } from "../early/a.ts"; export type B = A;',
      "packages/core/src/last.ts": 'export * from "./late/b.ts";',
      "packages/core/src/index.ts": 'export * from "./last.ts";',
      "packages/more/src/index.ts": 'export * from "core";',
      ...sources,
    });
    const { stderr } = spawnSync(process.execPath, [`${root}tools/check-boundaries.mjs`, folder], { encoding: "utf8" });
    return stderr.split("\n").slice(0, -1);
  }

  test("lets through what follows the order", () => {
    expect(problems({})).toEqual([]);
  });

  test.each([
    'import type { B } from "../late/b.ts";',
    'export type { B } from "../late/b.ts";',
    'export * from "../late/b.ts";',
    'import "../late/b.ts";',
    'await import("../late/b.ts");',
  ])("refuses %s in an earlier folder", (code) => {
    const file = "packages/core/src/early/c.ts";
    const told = `${file}: early comes before late, so it may not import packages/core/src/late/b.ts, not even types`;
    expect(problems({ [file]: code })).toEqual([told]);
    expect(problems({ [file]: code }, ["packages/core: early -> late"])).toEqual([]);
  });

  test("refuses an exception that is not needed, and a folder without a place", () => {
    expect(problems({ "packages/core/src/new/d.ts": "export {};" }, ["packages/core: early -> late"])).toEqual([
      "packages/core/src/new/d.ts: new is not in the order of packages/core",
      'tools/boundaries.json: "packages/core: early -> late" does not happen any more; take it out',
    ]);
  });

  test("lets a plugin have kernels for a backend that is an optional peer, in a folder of their own", () => {
    const peer = (optional: boolean): object => ({
      name: "more",
      nx: { tags: ["layer:plugin"] },
      dependencies: { core: "*" },
      peerDependencies: { "@own/backend-wasm": "*" },
      peerDependenciesMeta: { "@own/backend-wasm": { optional } },
    });
    const sources = (optional: boolean): Readonly<Record<string, string>> => ({
      "packages/backend-wasm/package.json": JSON.stringify({
        name: "@own/backend-wasm",
        nx: { tags: ["layer:backend"] },
      }),
      "packages/more/package.json": JSON.stringify(peer(optional)),
      "packages/more/src/wasm/index.ts": 'export * from "@own/backend-wasm/kernels";',
    });
    const elsewhere = { "packages/more/src/other.ts": 'export * from "@own/backend-wasm";' };
    expect(problems(sources(true))).toEqual([]);
    expect(problems(sources(false))).toEqual([
      "packages/more/package.json: more (plugin) may not depend on @own/backend-wasm (backend)",
    ]);
    expect(problems({ ...sources(true), ...elsewhere })).toEqual([
      'packages/more/src/other.ts: "@own/backend-wasm" is a backend\'s, which only its kernels in src/wasm may import',
    ]);
  });

  test("refuses what is not a dependency, of Node, or outside the package", () => {
    const file = "packages/more/src/index.ts";
    expect(problems({ [file]: 'import "other"; import "node:fs"; import "../../core/src/index.ts";' })).toEqual([
      `${file}: "other" is not among the package's dependencies`,
      `${file}: "node:fs" is of Node alone, which only packages/more/src/node may import`,
      `${file}: "../../core/src/index.ts" leaves the package`,
    ]);
    expect(problems({ [file]: "", "packages/core/src/late/e.ts": 'import "more";' })).toEqual([
      'packages/core/src/late/e.ts: core imports nothing from outside, but names "more"',
    ]);
  });
});

test.each([
  'import type { A } from "./a.ts"; export type B = A;',
  'export type { A as B } from "./a.ts"; ',
  'import { type A } from "./a.ts"; export type B = A;',
  'import { a } from "./a.ts"; export type B = typeof a;',
])("the linter refuses two files that import each other: %s", (second) => {
  const refusals = (): readonly string[] => {
    const oxlint = path.join(root, "node_modules/oxlint/bin/oxlint");
    const options = [oxlint, "-c", path.join(root, ".oxlintrc.json"), "--format", "unix", "."];
    const { stdout } = spawnSync(process.execPath, options, { cwd: folder, encoding: "utf8" });
    return stdout.split("\n").filter((line) => line.includes("no-cycle"));
  };
  write({ "a.ts": "export interface A {} export const a = 1;", "b.ts": second });
  expect(refusals()).toEqual([]);
  write({ "a.ts": 'import type { B } from "./b.ts"; export type A = B | 1; export const a = 1;' });
  expect(refusals().length).toBe(2);
});
