import { afterAll, describe, expect, test } from "vitest";
import { trainingLosses } from "../pages/training-losses.ts";
import { forbidding, modes } from "../src/modes.ts";
import { Pages } from "../src/pages.ts";

const pages = new Pages();
afterAll(() => pages.close());

for (const mode of [...modes, forbidding]) {
  test(`${mode.name} is what it says`, async () => {
    const page = await pages.open("conditions", mode);
    const found: Record<string, unknown> = {};
    for (const { name } of page.jobs) found[name] = await page.run(name);
    expect(found).toEqual({
      "shares memory": mode.isolated,
      "evaluates text": mode.freely,
      "starts workers from blobs": mode.freely,
      "compiles WebAssembly": mode !== forbidding,
    });
  });
}

for (const mode of modes) {
  test(`${mode.name} has the threads that its headers allow`, async () => {
    const page = await pages.open("training", mode);
    expect(await page.run("threads")).toBe(mode.isolated ? 2 : 1);
  });

  describe.each(["small", "large"] as const)(`in ${mode.name}, a %s network`, (size) => {
    test("has the losses that it has in Node, to the last bit", async () => {
      const expected = await trainingLosses(size, 5);
      expect(expected.at(-1)).toBeLessThan(expected[0]!);
      const page = await pages.open("training", mode);
      expect(await page.run(`losses of a ${size} network`)).toEqual(expected);
    });

    test("lets animation frames through while it learns", async () => {
      const page = await pages.open("training", mode);
      expect(await page.run(`animation frames a second while a ${size} network learns`)).toBeGreaterThan(10);
    });
  });
}

test("a page that may not compile WebAssembly is told which directive allows it, and computes without", async () => {
  const page = await pages.open("refusal", forbidding);
  expect(await page.run("the error of the wasm backend")).toEqual({
    code: "wasm-blocked",
    message: expect.stringContaining("allow it with script-src 'wasm-unsafe-eval'") as unknown,
  });
  expect(await page.run("the best backend")).toBe("cpu");
});
