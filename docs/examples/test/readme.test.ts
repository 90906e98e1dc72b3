import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const programs = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!);

/** What a program of the README prints. */
function run(program: string): string {
  const flags = ["-C", "@gradloom/source", "--import", "./ts-register.mjs", "--input-type=module", "--eval", program];
  return execFileSync(process.execPath, flags, { cwd: `${root}docs/examples`, encoding: "utf8" });
}

test("the first network of the README has 15 lines at most and learns", () => {
  const [first] = programs;
  expect(first!.trim().split("\n").length).toBeLessThanOrEqual(15);
  expect(Number(/accuracy: ([\d.]+)/.exec(run(first!))?.[1])).toBeGreaterThan(0.97);
});

test("the loop by hand of the README finds the weights", () => {
  const found = /\[\s*([\d.]+),\s*([\d.]+)\s*\]/.exec(run(programs[1]!));
  expect(Number(found?.[1])).toBeCloseTo(1, 2);
  expect(Number(found?.[2])).toBeCloseTo(2, 2);
});

test("the README lists every package", () => {
  const listed = [...readme.matchAll(/^\| \[([^\]]+)\]\(packages\/([^)]+)\)/gm)].map(([, name, folder]) => [
    name,
    folder,
  ]);
  const folders = readdirSync(`${root}packages`).filter((folder) =>
    existsSync(`${root}packages/${folder}/src/index.ts`),
  );
  const names = folders.map((folder) => {
    const { name } = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, "utf8")) as { name: string };
    return [name, folder];
  });
  expect(new Map(listed as [string, string][])).toEqual(new Map(names as [string, string][]));
});
