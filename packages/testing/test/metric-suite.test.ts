import { define, div, type Metric, mean, mul, sub, sum, type Tensor } from "@gradloom/core";
import { metricSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

const right: Metric = {
  statistics: { squares: [], weight: [] },
  amounts: (prediction, target, weights) => ({
    squares: sum(mul(errors(prediction, target), weights)),
    weight: sum(weights),
  }),
  result: ({ squares, weight }) => div(squares!, weight!),
};

/** The mean squared error of each sample. */
function errors(prediction: Tensor, target: Tensor): Tensor {
  const difference = sub(prediction, target);
  return mean(mul(difference, difference), { axis: 1 });
}

/** The laws of a weighted mean squared error with some parts replaced. */
function laws(change: Partial<Metric> = {}): Laws {
  const squares = define("metric", "squares", {}, (): Metric => ({ ...right, ...change }));
  const row = {
    make: () => squares(),
    target: (sample: readonly number[]) => ({ shape: sample }),
    formula: (
      samples: readonly {
        readonly prediction: readonly number[];
        readonly target: readonly number[];
        readonly weight: number;
      }[],
    ) => {
      const total = samples.reduce((sumOfWeights, { weight }) => sumOfWeights + weight, 0);
      const square = (prediction: readonly number[], target: readonly number[]): number =>
        prediction.reduce((sumOfSquares, value, at) => sumOfSquares + (value - target[at]!) ** 2, 0) /
        prediction.length;
      return (
        samples.reduce(
          (weighted, { prediction, target, weight }) => weighted + weight * square(prediction, target),
          0,
        ) / total
      );
    },
  };
  return collectLaws((runner) => metricSuite({ squares: row }, runner, { plugins: [squares] }));
}

const split = "squares > is what its formula says of all samples, however they are split into batches";

describe("the metric suite", () => {
  test("lets a right metric pass", async () => {
    expect(await faultsIn(laws())).toEqual([]);
  });

  test("finds a mean of the means of batches", async () => {
    const amounts: Metric["amounts"] = (prediction, target, weights) => ({
      squares: mean(mul(errors(prediction, target), weights)),
      weight: mean(weights),
    });
    expect(await faultOf(laws({ amounts }), split)).toMatch(
      /the metric of batches of [\d, ]+, float32 \[\]: element \[\] is .*, expected .* within/,
    );
  });

  test("finds weights that do not count", async () => {
    const amounts: Metric["amounts"] = (prediction, target, weights) => ({
      squares: sum(errors(prediction, target)),
      weight: sum(weights),
    });
    expect(await faultOf(laws({ amounts }), split)).toMatch(/the metric of batches of/);
  });

  test("finds statistics of another shape than declared", async () => {
    expect(
      await faultOf(
        laws({ statistics: { squares: [2], weight: [] } }),
        "squares > adds up statistics of the shapes that it declares",
      ),
    ).toBe("the statistic squares is [], the metric declares [2]");
  });
});
