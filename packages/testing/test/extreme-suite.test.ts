import { add, div, exp, mul, neg, sigmoid, sub, type Tensor } from "@gradloom/core";
import { type ExtremeCase, type ExtremeException, extremeSuite, pointwise } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The laws of a logistic function that is computed in some way. */
function laws(call: (x: Tensor) => Tensor, exceptions: readonly ExtremeException[] = []): Laws {
  const row = (): ExtremeCase =>
    pointwise(
      call,
      (x) => logistic(x),
      (x) => logistic(x) * logistic(-x),
      { slopeSize: () => 1, exceptions },
    );
  return collectLaws((runner) => extremeSuite({ row }, runner));
}

/** The same formula without its own slope: that of the quotient is an infinity over the square of one. */
const written = (x: Tensor): Tensor => div(1, add(exp(neg(x)), 1));
const atEnd = (gives: number): ExtremeException => ({
  of: "value",
  at: ([x]) => x === -Infinity,
  gives,
  why: "told in its documentation",
});
const law = (dtype: string): string => `row > is right where floats end, with its slopes, in ${dtype}`;

describe("the law of the extremes", () => {
  test("lets a right function pass", async () => expect(await faultsIn(laws(sigmoid))).toEqual([]));

  test("finds slopes that are NaN, and tells where", async () => {
    expect(await faultOf(laws(written), law("float32"))).toMatch(
      /^in float32, the slope at \[-89\] is NaN, expected 2\.227\d+e-39; the slope at \[-105\] is NaN, .* is NaN, expected 0; and 3 more$/,
    );
    expect(await faultOf(laws(written), law("float64"))).toMatch(/^in float64, the slope at \[-710\] is NaN/);
  });

  test("finds values that overflow on the way", async () => {
    const overflowing = (x: Tensor): Tensor => div(exp(x), add(exp(x), 1));
    expect(await faultOf(laws(overflowing), law("float32"))).toMatch(
      /^in float32, the value at \[89\] is NaN, expected 1;/,
    );
  });

  test("finds digits that are lost", async () => {
    const rough = (x: Tensor): Tensor => mul(sub(1, sigmoid(neg(x))), 1);
    expect(await faultOf(laws(rough), law("float32"))).toMatch(/^in float32, the value at \[-16\] is /);
  });

  test("takes an exception for what it says, and not where it is none or holds nowhere", async () => {
    const ended = (x: Tensor): Tensor => add(sigmoid(x), mul(sub(x, x), 0));
    const nowhere: ExtremeException = { ...atEnd(0), at: () => false };
    expect(await faultOf(laws(ended, [atEnd(NaN)]), law("float32"))).toMatch(
      /^in float32, the value at \[Infinity\] is NaN/,
    );
    expect(await faultOf(laws(ended, [atEnd(2)]), law("float32"))).toMatch(
      /the value at \[-Infinity\] is NaN, expected 2 instead of 0 \("told in its documentation"\)/,
    );
    expect(await faultOf(laws(sigmoid, [atEnd(0)]), law("float32"))).toBe(
      'in float32, the value at [-Infinity] is 0: that is no exception ("told in its documentation")',
    );
    expect(await faultOf(laws(sigmoid, [nowhere]), law("float32"))).toBe(
      'in float32, the exception "told in its documentation" holds for no sample',
    );
  });
});
