import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publish, publishInto } from "../../bundles/test/publish.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "gradloom-outside-")));

/** All packages as they are published, two of others beside them, and programs that use both. */
beforeAll(async () => {
  cpSync(path.join(here, "programs"), folder, { recursive: true });
  await publishInto(folder);
  for (const name of ["distances", "roots"]) await publish(path.join(here, name), folder);
  const fastCheck = path.dirname(path.dirname(fileURLToPath(import.meta.resolve("fast-check"))));
  symlinkSync(fastCheck, path.join(folder, "node_modules", "fast-check"));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** What a program prints; it may not warn. */
function output(program: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [program], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

test("the backend and the toolkit for its kernels share one assembler", () => {
  const dist = path.join(folder, "node_modules/@gradloom/backend-wasm/dist");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const code = files.map((file) => readFileSync(path.join(dist, file), "utf8")).join("\n");
  for (const name of ["FunctionBuilder", "WasmKernelSets", "Library"])
    expect(code.split(`class ${name} `)).toHaveLength(2);
});

test("kernels of two packages from outside hold the laws, on each number of threads", () => {
  expect(output("laws.mjs")).toMatch(/^(\d\d+) of \1 laws hold\n$/);
}, 120_000);

test("a user trains with kernels of two packages", () => {
  expect(output("training.mjs")).toBe(`the loss fell
@0 float32 [2, 2] = acme.distances(slot 0, slot 0)
@0 float32 [2, 2] = { acme.cubeRoot(add(@0, slot 1)) }
wasm 2.0000,2.5198,2.5198,2.0000
`);
});
