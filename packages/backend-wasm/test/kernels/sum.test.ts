import { wasm } from "@gradloom/backend-wasm";
import { compile, mean, sum, type Tensor, tensor } from "@gradloom/core";
import { describe, expect, test } from "vitest";

const million = 1_000_000;

describe("float32 sums of a million numbers", () => {
  const backend = wasm();
  const lists: Readonly<Record<string, (at: number) => number>> = {
    "that are all 0.1": () => 0.1,
    "that grow": (at) => at / million,
    "of very different sizes": (at) => 10 ** ((at % 13) - 6),
  };
  for (const [name, numberAt] of Object.entries(lists)) {
    test(`${name} are right to one part in a million`, async () => {
      const x = Float32Array.from({ length: million }, (_, at) => numberAt(at));
      const exact = x.reduce((total, value) => total + value, 0);
      const total = compile((input: Tensor) => sum(input), { backend });
      expect(Math.abs((await total(x).data())[0]! / exact - 1)).toBeLessThan(1e-6);
      const columns = compile((input: Tensor) => sum(input, { axis: 0 }), { backend });
      const [first] = await columns(tensor(x, { shape: [million / 10, 10] })).data();
      const firstExact = x.reduce((running, value, at) => (at % 10 === 0 ? running + value : running), 0);
      expect(Math.abs(first! / firstExact - 1)).toBeLessThan(1e-6);
    });
  }

  test("are the same bits in every run", async () => {
    const x = Float32Array.from({ length: million }, (_, at) => Math.sin(at));
    const step = compile((input: Tensor) => mean(input), { backend });
    const [first, second] = [await step(x).data(), await step(x).data()];
    expect(first).toEqual(second);
  });
});
