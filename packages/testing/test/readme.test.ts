import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import "./readme/kernel.ts";
import "./readme/layer.ts";
import "./readme/operation.ts";

describe("the README", () => {
  const folder = new URL("readme/", import.meta.url);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

  test.each(["gradient.ts", "operation.ts", "layer.ts", "kernel.ts"])("shows %s as it is run here", (file) => {
    expect(readme).toContain(readFileSync(new URL(file, folder), "utf8"));
  });

  test("has a gradient check that passes", async () => {
    await import("./readme/gradient.ts");
  });
});
