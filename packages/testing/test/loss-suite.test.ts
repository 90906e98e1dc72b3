import { defineLoss, div, mean, mul, reshape, stopGradient, sub, sum, type Tensor } from "@gradloom/core";
import { lossSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

/** The laws of a mean squared error that is computed in some way. */
function laws(compute: (prediction: Tensor, target: Tensor) => Tensor): Laws {
  const squares = defineLoss("squares", {}, compute);
  const row = {
    make: () => squares(),
    target: (sample: readonly number[]) => ({ shape: sample }),
    formula: (prediction: readonly number[], target: readonly number[]) =>
      prediction.reduce((total, value, at) => total + (value - target[at]!) ** 2, 0) / prediction.length,
    slopes: (prediction: readonly number[], target: readonly number[]) =>
      prediction.map((value, at) => ((value - target[at]!) / prediction.length) * 2),
  };
  return collectLaws((runner) => lossSuite({ squares: row }, runner, { plugins: [squares] }));
}

function squared(prediction: Tensor, target: Tensor): Tensor {
  const difference = sub(prediction, target);
  return mul(difference, difference);
}

function perSample(errors: Tensor): Tensor {
  return mean(reshape(errors, [errors.shape[0]!, -1]), { axis: 1 });
}

describe("the loss suite", () => {
  test("lets a right loss pass", async () => {
    const right = laws((prediction, target) => perSample(squared(prediction, target)));
    expect(await faultsIn(right)).toEqual([]);
  });

  test.each([
    [
      "a loss of the whole batch",
      "gives each sample the loss that it has by itself",
      (prediction: Tensor, target: Tensor) => mean(squared(prediction, target)),
      /the loss is \[\], it must be one number for each of 2 samples/,
    ],
    [
      "losses that depend on the batch",
      "gives each sample the loss that it has by itself",
      (prediction: Tensor, target: Tensor) => div(perSample(squared(prediction, target)), prediction.shape[0]!),
      /the loss of the batch, float64 \[\d\]: element \[0\] is .*, expected/,
    ],
    [
      "a sum where a mean is meant",
      "gives what its reference says, in float32",
      (prediction: Tensor, target: Tensor) =>
        sum(reshape(squared(prediction, target), [prediction.shape[0]!, -1]), { axis: 1 }),
      /output 0, float32/,
    ],
    [
      "a gradient that is cut off",
      "has the gradients that differences show, first and second order",
      (prediction: Tensor, target: Tensor) =>
        perSample(mul(sub(prediction, target), stopGradient(sub(prediction, target)))),
      /the first gradient of input 0, .* is wrong .*0\.5000 times/,
    ],
    [
      "an overflow",
      "is right where floats end, with its slopes, in float32",
      (prediction: Tensor, target: Tensor) => perSample(squared(mul(prediction, 1e10), mul(target, 1e10)).div(1e20)),
      /^in float32, the slope 1 at \[.*\] is -Infinity, expected -\d/,
    ],
  ])("finds %s", async (_, law, compute, message) => {
    expect(await faultOf(laws(compute), `squares of [3] > ${law}`)).toMatch(message);
  });
});
