import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programsOf, root, run } from "./page-programs.ts";

const programs = programsOf("README.md").map(({ code }) => code);

test("the first network of the README has 15 lines at most and learns", async () => {
  const [first] = programs;
  expect(first!.trim().split("\n").length).toBeLessThanOrEqual(15);
  expect(Number(/accuracy: ([\d.]+)/.exec(await run(first!))?.[1])).toBeGreaterThan(0.97);
});

test("the loop by hand of the README finds the weights", async () => {
  const found = /\[\s*([\d.]+),\s*([\d.]+)\s*\]/.exec(await run(programs[1]!));
  expect(Number(found?.[1])).toBeCloseTo(1, 2);
  expect(Number(found?.[2])).toBeCloseTo(2, 2);
});

test("the README lists every package", () => {
  const listed = [...readFileSync(`${root}README.md`, "utf8").matchAll(/^\| \[([^\]]+)\]\(packages\/([^)]+)\)/gm)].map(
    ([, name, folder]) => [name, folder],
  );
  const folders = readdirSync(`${root}packages`).filter((folder) =>
    existsSync(`${root}packages/${folder}/src/index.ts`),
  );
  const names = folders.map((folder) => {
    const { name } = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, "utf8")) as { name: string };
    return [name, folder];
  });
  expect(new Map(listed as [string, string][])).toEqual(new Map(names as [string, string][]));
});
