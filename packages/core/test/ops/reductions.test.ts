import { cpu } from "@gradloom/backend-cpu";
import {
  all,
  any,
  argMin,
  countNonzero,
  cumprod,
  cumsum,
  gradients,
  logSumExp,
  min,
  norm,
  prod,
  reshape,
  standardDeviation,
  sum,
  tensor,
  type Tensor,
  useBackend,
  variance,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";
import { expectNear, values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const i32 = (numbers: readonly number[]): Tensor => tensor(new Int32Array(numbers));
const gradientOf = async (call: (x: Tensor) => Tensor, numbers: readonly number[]): Promise<readonly number[]> => {
  const x = tensor(new Float64Array(numbers));
  // Without the signs of zeros.
  return (await values(gradients(sum(call(x)), [x])[0]!)).map((slope) => slope + 0);
};

describe("min", () => {
  test("takes the smallest integers, which have no negative", async () => {
    expect(await values(min(i32([5, -(2 ** 31), 2 ** 31 - 1])))).toEqual([-(2 ** 31)]);
    expect(await values(min(tensor(new Uint32Array([5, 2 ** 32 - 1, 3]))))).toEqual([3]);
    expect(await values(argMin(i32([5, -(2 ** 31), 2 ** 31 - 1])))).toEqual([1]);
    expect(await values(min(tensor([true, false])))).toEqual([0]);
  });
  test("lets NaN win, and shares the gradient between equals", async () => {
    expect(await values(min(tensor([1, NaN, -3])))).toEqual([NaN]);
    expect(await values(argMin(tensor([1, NaN, -3])))).toEqual([1]);
    expect(await gradientOf(min, [2, 1, 1, 3])).toEqual([0, 0.5, 0.5, 0]);
  });
});

describe("of no numbers", () => {
  const none = reshape(tensor([]), [2, 0]);
  test.each<readonly [string, Tensor, readonly number[]]>([
    ["prod is 1", prod(none, { axis: 1 }), [1, 1]],
    ["any is false", any(none, { axis: 1 }), [0, 0]],
    ["all is true", all(none, { axis: 1 }), [1, 1]],
    ["countNonzero is 0", countNonzero(none, { axis: 1 }), [0, 0]],
    ["logSumExp is -Infinity", logSumExp(none, { axis: 1 }), [-Infinity, -Infinity]],
    ["norm is 0", norm(none, { axis: 1 }), [0, 0]],
    ["variance is NaN", variance(none, { axis: 1 }), [NaN, NaN]],
    ["cumsum is nothing", cumsum(none, { axis: 1 }), []],
  ])("%s", async (_, result, expected) => expect(await values(result)).toEqual(expected));
});

test("prod has the gradients of a product with one zero and with two", async () => {
  expect(await gradientOf(prod, [2, 0, 3])).toEqual([0, 6, 0]);
  expect(await gradientOf(prod, [0, 2, 0])).toEqual([0, 0, 0]);
  const x = tensor(new Float64Array([0, 2, 0]));
  const [first] = gradients(prod(x), [x]);
  expect(await values(gradients(first!.slice([0], [1]).sum(), [x])[0]!)).toEqual([0, 0, 2]);
});

test("variance divides by the count, or by one less if asked", async () => {
  const x = tensor(new Float64Array([1, 2, 3, 6]));
  expectNear(await variance(x).item(), 3.5, 14);
  expectNear(await variance(x, { correction: 1 }).item(), 14 / 3, 14);
  expectNear(await standardDeviation(x, { correction: 1 }).item(), Math.sqrt(14 / 3), 14);
  expect(await variance(tensor([1]), { correction: 1 }).item()).toBeNaN();
  expect((await variance(i32([1, 2])).item()) === 0.25).toBe(true);
});

test("lengths and deviations of 0 have gradients of 0", async () => {
  expect(await gradientOf((x) => norm(x), [0, 0])).toEqual([0, 0]);
  expect(await gradientOf((x) => standardDeviation(x), [4, 4, 4])).toEqual([0, 0, 0]);
});

test("logSumExp neither overflows nor makes NaN of infinities, and its gradient is the softmax", async () => {
  expect(await logSumExp(tensor(new Float64Array([1000, 1000]))).item()).toBe(1000 + Math.LN2);
  expect(await logSumExp(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity);
  expect(await logSumExp(tensor([Infinity, 1])).item()).toBe(Infinity);
  expect(await gradientOf(logSumExp, [-Infinity, -Infinity])).toEqual([0, 0]);
  (await gradientOf(logSumExp, [0, Math.log(3)])).forEach((slope, at) => expectNear(slope, [0.25, 0.75][at]!, 14));
});

test("norm takes any order, negative numbers included", async () => {
  const x = tensor([
    [3, -4],
    [-1, 0],
  ]);
  expect(await values(norm(x, { axis: 1 }))).toEqual([5, 1]);
  expect(await values(norm(x, { axis: 1, ord: 1 }))).toEqual([7, 1]);
  expect(await values(norm(x, { axis: 1, ord: Infinity, keepDims: true }))).toEqual([4, 1]);
  expect(await values(norm(x, { axis: 1, ord: -Infinity }))).toEqual([3, 0]);
  expect(await values(norm(x, { axis: 1, ord: 0 }))).toEqual([2, 1]);
  expectNear(await norm(x, { ord: 3 }).item(), Math.cbrt(27 + 64 + 1), 6);
});

test("running sums and products, from either end, with or without their own place", async () => {
  const x = i32([1, 2, 3, 4]);
  expect(await values(cumsum(x))).toEqual([1, 3, 6, 10]);
  expect(await values(cumsum(x, { exclusive: true }))).toEqual([0, 1, 3, 6]);
  expect(await values(cumsum(x, { reverse: true, exclusive: true }))).toEqual([9, 7, 4, 0]);
  expect(await values(cumprod(x, { reverse: true }))).toEqual([24, 24, 12, 4]);
  expect(await values(cumprod(x, { exclusive: true }))).toEqual([1, 1, 2, 6]);
  expect(cumsum(tensor([true])).dtype).toBe("int32");
});
