import { add, cast, defineActivation, exp, log, log1p, maximum, neg, sum, type Tensor } from "@gradloom/core";
import { activationSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

/** The laws of a softplus that is computed in some way. */
function laws(compute: (x: Tensor) => Tensor): Laws {
  const softplus = defineActivation("softplus", {}, compute);
  const row = {
    make: () => softplus(),
    formula: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x: number) => 1 / (1 + Math.exp(-x)),
  };
  return collectLaws((runner) => activationSuite({ softplus: row }, runner, { plugins: [softplus] }));
}

/** log(1 + e^x), written so that e^x cannot overflow. */
function right(x: Tensor): Tensor {
  return add(maximum(x, 0), log1p(exp(neg(maximum(x, neg(x))))));
}

describe("the activation suite", () => {
  test("lets a right activation pass", async () => {
    expect(await faultsIn(laws(right))).toEqual([]);
  });

  test.each([
    [
      "another formula",
      "gives what its reference says, in float64",
      (x: Tensor) => log(add(exp(x), 2)),
      /output 0, float64 .* expected/,
    ],
    [
      "an overflow",
      "is right where floats end, with its slopes, in float32",
      (x: Tensor) => log1p(exp(x)),
      /^in float32, the value at \[89\] is Infinity, expected 89;/,
    ],
    [
      "a shape that is not kept",
      "keeps shape and dtype",
      (x: Tensor) => sum(right(x), { axis: -1 }),
      /^the result is float32 \[2, 1\], expected float32 \[2, 1, 3\]$/,
    ],
    [
      "a dtype that is not kept",
      "keeps shape and dtype",
      (x: Tensor) => cast(right(x), "float32"),
      /^the result is float32 \[2, 1, 3\], expected float64 \[2, 1, 3\]$/,
    ],
  ])("finds %s", async (_, law, compute, message) => {
    expect(await faultOf(laws(compute), `softplus > ${law}`)).toMatch(message);
  });
});
