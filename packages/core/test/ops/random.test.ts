import { cpu } from "@gradloom/backend-cpu";
import {
  randomBernoulli,
  randomCategorical,
  randomKey,
  randomNormal,
  randomTruncatedNormal,
  randomUniform,
  tensor,
  useBackend,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";
import { messageOf, values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const count = 4000;

describe("uniform numbers", () => {
  const single = (2 - 2 ** -23) * 2 ** 127;
  test.each<readonly ["float32" | "float64", number, number]>([
    ["float32", 16_777_215, 16_777_216],
    ["float32", 1 - 2 ** -24, 1],
    ["float32", -1 - 2 ** -23, -1],
    ["float32", -(2 ** -149), 0],
    ["float32", 0, 2 ** -149],
    ["float32", 1e6, 1e6 + 1],
    ["float32", -0.05, 0.05],
    ["float32", 0.1, 0.7],
    ["float32", -single, single],
    ["float64", 2 ** 53 - 1, 2 ** 53],
    ["float64", -1 - 2 ** -52, -1],
    ["float64", -(2 ** -1074), 0],
    ["float64", 1e15, 1e15 + 1],
    ["float64", -Number.MAX_VALUE, Number.MAX_VALUE],
  ])("in %s reach from %d up to before %d", async (dtype, low, high) => {
    const [start, end] = dtype === "float64" ? [low, high] : [Math.fround(low), Math.fround(high)];
    const drawn = await values(randomUniform(randomKey(1), [count], { low, high, dtype }));
    expect(drawn.filter((value) => !(value >= start && value < end))).toEqual([]);
    // Half of them on either side, within six deviations, where they are not a few that rounding chooses.
    const lower = drawn.filter((value) => value < start / 2 + end / 2).length;
    if (new Set(drawn).size > count / 2) expect(Math.abs(lower - count / 2)).toBeLessThan(6 * Math.sqrt(count / 4));
  });

  test("of a range that ends before it begins are refused", () =>
    expect(messageOf(() => randomUniform(randomKey(1), [3], { low: 1, high: 0 }))).toBe(
      "randomUniform: low is 1 and high 0; low must not be above high",
    ));

  test("are `low` where no number of the dtype lies between", async () => {
    expect(await values(randomUniform(randomKey(1), [3], { low: 5, high: 5 }))).toEqual([5, 5, 5]);
    const close = { low: 2 ** 24, high: 2 ** 24 + 0.5 };
    expect(await values(randomUniform(randomKey(1), [3], close))).toEqual([2 ** 24, 2 ** 24, 2 ** 24]);
  });

  test("have 24 random bits in float32, and 53 in float64", async () => {
    const single32 = await values(randomUniform(randomKey(7), [200]));
    expect(single32.every((value) => Number.isInteger(value * 2 ** 24))).toBe(true);
    const double = await values(randomUniform(randomKey(7), [200], { dtype: "float64" }));
    expect(double.every((value) => Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(double.filter((value) => Number.isInteger(value * 2 ** 52)).length).toBeLessThan(140);
    expect(new Set(double.map((value) => Math.floor(value * 16))).size).toBe(16);
  });

  test("of float32 are those of earlier versions", async () => {
    const found = await values(randomUniform(randomKey(1), [3], { low: -0.1, high: 0.1 }));
    expect(found).toEqual([0.09766406565904617, -0.03254522383213043, 0.0847725048661232]);
  });
});

test("a probability of 0 never happens, one of 1 always", async () => {
  const key = randomKey(3);
  expect((await values(randomBernoulli(key, [count], 0))).includes(1)).toBe(false);
  expect((await values(randomBernoulli(key, [count], 1))).includes(0)).toBe(false);
});

test("normal numbers are finite, and truncated ones within two deviations", async () => {
  for (const dtype of ["float32", "float64"] as const) {
    expect((await values(randomNormal(randomKey(2), [count], { dtype }))).every(Number.isFinite)).toBe(true);
    const truncated = await values(randomTruncatedNormal(randomKey(2), [count], { dtype }));
    expect(truncated.every((value) => Math.abs(value) <= 2)).toBe(true);
  }
});

test("no place that logits of -Infinity rule out is taken, also where the uniform number is 0", async () => {
  // The second number of this seed is 0, whose noise would be -Infinity.
  const key = randomKey(12_131_539);
  expect((await values(randomUniform(key, [2])))[1]).toBe(0);
  expect(await values(randomCategorical(key, tensor([[-Infinity, 0]])))).toEqual([1]);
});
