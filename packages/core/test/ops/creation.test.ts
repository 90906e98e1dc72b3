import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  arange,
  erf,
  fullLike,
  iota,
  linspace,
  onesLike,
  randomCategorical,
  randomInteger,
  randomKey,
  randomPermutation,
  randomTruncatedNormal,
  reshape,
  softmax,
  tensor,
  useBackend,
  zeros,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";
import { values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const key = randomKey(7);

test("ranges take their dtype from their numbers, unless told", async () => {
  expect(await values(arange(3))).toEqual([0, 1, 2]);
  expect(arange(3).dtype).toBe("int32");
  expect(arange(0, 1, 0.25).dtype).toBe("float32");
  expect(arange(3, undefined, 1, "float64").dtype).toBe("float64");
  expect(await values(arange(5, 0, -2, "uint8"))).toEqual([5, 3, 1]);
  expect(await values(arange(0, 2, 0.5, "int32"))).toEqual([0, 0, 1, 1]);
  expect(await values(arange(0, 4.1e9, 1e9, "uint32"))).toEqual([0, 1e9, 2e9, 3e9, 4e9]);
  expect(await values(arange(4e9, 3e9, -5e8, "uint32"))).toEqual([4e9, 3.5e9]);
  expect(await values(arange(7, 8, 3e9))).toEqual([7]);
});

test("linspace ends exactly where it is told to", async () => {
  expect(await values(linspace(0, 0.3, 4, { dtype: "float64" }))).toHaveLength(4);
  expect((await values(linspace(0, 0.3, 4, { dtype: "float64" })))[3]).toBe(0.3);
  expect(await values(linspace(2, 9, 1))).toEqual([2]);
});

test("the likes of a tensor take its shape and dtype", () => {
  expect(String(onesLike(iota(3)))).toBe("Tensor(int32 [3])");
  expect(String(fullLike(iota(3), 0.5, "float32"))).toBe("Tensor(float32 [3])");
});

describe("random numbers", () => {
  test("truncated normals stay within two deviations and spread as they should", async () => {
    const numbers = await values(randomTruncatedNormal(key, [40_000], { mean: 3, deviation: 2 }));
    const count = numbers.length;
    const mean = numbers.reduce((total, value) => total + value, 0) / count;
    const deviation = Math.sqrt(numbers.reduce((total, value) => total + (value - mean) ** 2, 0) / count);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(7);
    expect(Math.abs(mean - 3)).toBeLessThan(5 * (1.76 / Math.sqrt(count)));
    expect(Math.abs(deviation / (2 * 0.8796256610342398) - 1)).toBeLessThan(5 / Math.sqrt(2 * count));
    expect(await erf(tensor(new Float64Array([Math.SQRT2]))).item()).toBeCloseTo(0.9544997361036416, 14);
  });
  test("a permutation holds each number once, and another key another order", async () => {
    const order = await values(randomPermutation(key, 5000));
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, at) => at));
    expect(await values(randomPermutation(randomKey(8), 5000))).not.toEqual(order);
    expect(await values(randomPermutation(key, 0))).toEqual([]);
    expect(await values(randomPermutation(key, 1))).toEqual([0]);
  });
  test("whole numbers fill their range evenly, to its ends", async () => {
    const numbers = await values(randomInteger(key, [30_000], { low: -1, high: 2 }));
    for (const value of [-1, 0, 1])
      expect(Math.abs(numbers.filter((number) => number === value).length - 10_000)).toBeLessThan(5 * 82);
    const wide = await values(randomInteger(key, [1000], { low: -(2 ** 31), high: 2 ** 31 }));
    expect(Math.min(...wide)).toBeLessThan(-(2 ** 30));
    expect(Math.max(...wide)).toBeGreaterThan(2 ** 30);
  });
  test("categories come as often as their probabilities say, along any axis", async () => {
    const logits = tensor([
      [0, 1],
      [-Infinity, -1],
      [1, 2],
    ]);
    const drawn = randomCategorical(key, add(reshape(logits, [1, 3, 2]), zeros([20_000, 1, 1])), { axis: 1 });
    expect(drawn.shape).toEqual([20_000, 2]);
    const numbers = await values(drawn);
    const chances = await values(softmax(logits, { axis: 0 }));
    for (const column of [0, 1]) {
      const own = numbers.filter((_, at) => at % 2 === column);
      for (const row of [0, 1, 2]) {
        const chance = chances[2 * row + column]!;
        const seen = own.filter((value) => value === row).length / own.length;
        expect(Math.abs(seen - chance)).toBeLessThanOrEqual(5 * Math.sqrt((chance * (1 - chance)) / own.length));
      }
    }
  });
});
