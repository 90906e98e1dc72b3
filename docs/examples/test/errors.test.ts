import { readdirSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "./page-programs.ts";

const page = readFileSync(`${root}docs/errors.md`, "utf8");

test("every error code has a section in docs/errors.md, and every section a code", () => {
  const files = readdirSync(`${root}packages`).flatMap((folder) =>
    readdirSync(`${root}packages/${folder}/src`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(`${root}packages/${folder}/src/${name}`, "utf8")),
  );
  const thrown = files.flatMap((source) =>
    [...source.matchAll(/new GradloomError\(\s*"([^"]+)"/g)].map(([, code]) => code!),
  );
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, code]) => code!);
  expect(thrown.length).toBeGreaterThan(50);
  expect(sections).toEqual([...new Set(thrown)].toSorted());
});

test("what docs/errors.md tells of the WebAssembly backend has a cause and a remedy", () => {
  const sections = page.split(/^## /m).filter((section) => section.includes("- backend-wasm: "));
  expect(sections.length).toBeGreaterThan(5);
  // The code, the messages, and a paragraph.
  expect(sections.filter((section) => !/^.+\n\n(- .+\n)+\n[^-\s].+\n/.test(section))).toEqual([]);
});

test("docs/errors.md tells the messages as the sources have them", () => {
  const { stderr, status } = spawnSync(process.execPath, [`${root}tools/errors-page.mjs`, "--check"], {
    encoding: "utf8",
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
});
