import { cpu } from "@gradloom/backend-cpu";
import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan2,
  atanh,
  ceil,
  clip,
  erfInv,
  floorDiv,
  gradients,
  hypot,
  isFinite,
  isInf,
  isNaN,
  logAddExp,
  remainder,
  round,
  sigmoid,
  sign,
  softplus,
  square,
  sum,
  tensor,
  type Tensor,
  trunc,
  useBackend,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";
import { expectNear, values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const f64 = (numbers: readonly number[]): Tensor => tensor(new Float64Array(numbers));
const i32 = (numbers: readonly number[]): Tensor => tensor(new Int32Array(numbers));
const special = [0, -0, 0.5, -0.5, 1, -1, 1.5, 2.5, -2.5, 1e300, -1e300, Infinity, -Infinity, NaN, 0.49999999999999994];

/** The even one of two whole numbers that are equally near, with the sign of zero. */
function nearestEven(x: number): number {
  const size = Math.abs(x);
  const below = Math.floor(size);
  const rounded = size - below > 0.5 || (size - below === 0.5 && below % 2 === 1) ? below + 1 : below;
  return Object.is(Math.sign(x), -0) || x < 0 ? -rounded : rounded;
}

describe("at zeros of both signs, halves, infinities and NaN", () => {
  const formulas: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => number])[] = [
    ["abs", abs, Math.abs],
    ["sign", sign, Math.sign],
    ["ceil", ceil, Math.ceil],
    ["trunc", trunc, Math.trunc],
    ["round", round, nearestEven],
    ["square", square, (x) => x * x],
    ["isNaN", isNaN, (x) => Number(Number.isNaN(x))],
    ["isFinite", isFinite, (x) => Number(Number.isFinite(x))],
    ["isInf", isInf, (x) => Number(Math.abs(x) === Infinity)],
  ];
  test.each(formulas)("%s is what the formula says", async (_, call, formula) => {
    expect(await values(call(f64(special)))).toEqual(special.map(formula));
  });

  const near: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => number])[] = [
    ["asin", asin, Math.asin],
    ["acos", acos, Math.acos],
    ["asinh", asinh, Math.asinh],
    ["acosh", acosh, Math.acosh],
    ["atanh", atanh, Math.atanh],
    ["sigmoid", sigmoid, (x) => 1 / (1 + Math.exp(-x))],
    ["softplus", softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ];
  test.each(near)("%s agrees with Math", async (_, call, formula) => {
    const got = await values(call(f64(special)));
    special.forEach((x, at) => {
      expectNear(got[at], formula(x), 13);
    });
  });

  test("atan2 agrees with Math in all quadrants and on the axes", async () => {
    const sides = [0, -0, 1, -1, 3, Infinity, -Infinity, NaN];
    const pairs = sides.flatMap((y) => sides.map((x) => [y, x] as const));
    const got = await values(atan2(f64(pairs.map(([y]) => y)), f64(pairs.map(([, x]) => x))));
    pairs.forEach(([y, x], at) => expectNear(got[at], Math.atan2(y, x), 14));
  });

  test("hypot and logAddExp do not overflow on the way", async () => {
    expect(await values(hypot(f64([0, 3e300, Infinity, Infinity]), f64([0, 4e300, 1, Infinity])))).toEqual([
      0,
      5e300,
      Infinity,
      Infinity,
    ]);
    const [large, none, same, unlike] = await values(
      logAddExp(f64([1000, -Infinity, Infinity, -Infinity]), f64([1000, -Infinity, Infinity, 7])),
    );
    expect([large, none, same, unlike]).toEqual([1000 + Math.LN2, -Infinity, Infinity, 7]);
  });
});

describe("gradients where the function bends or saturates", () => {
  const slopeAt = async (call: (x: Tensor) => Tensor, x: number): Promise<number> => {
    const at = f64([x]);
    return (await values(gradients(sum(call(at)), [at])[0]!))[0]!;
  };
  test("abs has slope 0 at 0", async () => expect(await slopeAt(abs, 0)).toBe(0));
  test("softplus and sigmoid stay finite far out", async () => {
    expect(await slopeAt(softplus, 0)).toBe(0.5);
    expect(await slopeAt(softplus, 1000)).toBe(1);
    expect(await slopeAt(softplus, -1000)).toBe(0);
    expect(await slopeAt(sigmoid, -1000)).toBe(0);
  });
  test("hypot has slopes 0 at the origin", async () => expect(await slopeAt((x) => hypot(x, 0), 0)).toBe(0));
  test("clip lets half of the gradient through at a bound", async () =>
    expect(await slopeAt((x) => clip(x, -1, 1), 1)).toBe(0.5));
  test("logAddExp of equal operands is bent there like everywhere", async () => {
    const [a, b] = [f64([2]), f64([2])];
    const [first] = gradients(sum(logAddExp(a, b)), [a]);
    expect(await values(gradients(first!, [a, b])[0]!)).toEqual([0.25]);
  });
});

describe("whole numbers", () => {
  const sevens = i32([7, -7, 7, -7, 7, 0, -6]);
  const threes = i32([3, 3, -3, -3, 0, 3, 3]);
  test("floorDiv rounds down and gives 0 by 0, as NumPy", async () => {
    const quotient = floorDiv(sevens, threes);
    expect(quotient.dtype).toBe("int32");
    expect(await values(quotient)).toEqual([2, -3, -3, 2, 0, 0, -2]);
  });
  test("remainder has the sign of the divisor and is 0 by 0, as NumPy", async () => {
    expect(await values(remainder(sevens, threes))).toEqual([1, 2, -2, -1, 0, 0, 0]);
    expect(await values(remainder(tensor(new Uint32Array([7, 4294967295])), 4))).toEqual([3, 3]);
  });
  test("float remainders have the sign of the divisor and take an infinite one", async () => {
    expect(await values(remainder(f64([5.5, -5.5, 5.5, 5]), f64([3, 3, -3, Infinity])))).toEqual([2.5, 0.5, -0.5, 5]);
  });
  test("abs, sign and rounding keep the dtype", () => {
    for (const call of [abs, sign, ceil, trunc, round]) expect(call(sevens).dtype).toBe("int32");
    expect(sigmoid(sevens).dtype).toBe("float32");
    expect(abs(tensor([true])).dtype).toBe("int32");
  });
});

test("erfInv inverts erf to the last digits, tails included", async () => {
  // Of the quantiles of the normal distribution: Python's NormalDist().inv_cdf((1 + x) / 2) / sqrt(2).
  const known = [
    [0, 0],
    [0.5, 0.4769362762044699],
    [-0.9, -1.1630871536766743],
    [0.999, 2.326753765513525],
    [0.999999, 3.458910737279499],
    [1, Infinity],
    [-1, -Infinity],
    [1.5, NaN],
  ] as const;
  const got = await values(erfInv(f64(known.map(([x]) => x))));
  known.forEach(([, y], at) => expectNear(got[at], y, 11));
  const single = await values(erfInv(tensor(known.map(([x]) => x))));
  known.slice(0, 4).forEach(([, y], at) => expect(Math.abs(single[at]! - y)).toBeLessThan(2e-5));
});
