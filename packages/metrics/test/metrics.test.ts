import { cpu } from "@gradloom/backend-cpu";
import { cast, Registry, tensor, useBackend } from "@gradloom/core";
import { losses, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { type MetricCase, metricSuite, type WeightedSample } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { accuracy, binaryAccuracy, lossOf, metrics, topKAccuracy } from "../src/index.ts";

useBackend(cpu());

/** The weighted mean of a number for each sample. */
function meanOf(number: (sample: WeightedSample) => number): MetricCase["formula"] {
  return (samples) =>
    samples.reduce((total, sample) => total + sample.weight * number(sample), 0) /
    samples.reduce((total, { weight }) => total + weight, 0);
}

/** The place of the largest number, or of the first NaN. */
function largestAt(numbers: readonly number[]): number {
  const without = numbers.findIndex(Number.isNaN);
  return without < 0 ? numbers.indexOf(Math.max(...numbers)) : without;
}

const classNumber: MetricCase["target"] = () => ({ shape: [], dtype: "int32", domain: { among: [0, 1, 2, 3] } });
/** Few numbers, so that some are equal. */
const ties = { among: [-1, 0, 0.6, 2] };

const rows: Readonly<Record<string, MetricCase>> = {
  accuracy: {
    make: () => accuracy(),
    sample: [4],
    prediction: ties,
    target: classNumber,
    formula: meanOf(({ prediction, target }) => Number(largestAt(prediction) === target[0])),
  },
  topKAccuracy: {
    make: () => topKAccuracy({ k: 2 }),
    sample: [4],
    prediction: ties,
    target: classNumber,
    formula: meanOf(({ prediction, target }) =>
      Number(prediction.filter((value) => !(value <= prediction[target[0]!]!)).length < 2),
    ),
  },
  binaryAccuracy: {
    make: () => binaryAccuracy(),
    sample: [2, 3],
    prediction: ties,
    target: (sample) => ({ shape: sample, dtype: "bool" }),
    formula: meanOf(
      ({ prediction, target }) =>
        prediction.filter((logit, at) => (target[at]! > 0 ? logit > 0 : logit <= 0)).length / 6,
    ),
  },
  "binaryAccuracy of probabilities": {
    make: () => binaryAccuracy({ threshold: 0.5 }),
    sample: [1],
    prediction: { from: 0, to: 1 },
    target: () => ({ shape: [], domain: { among: [0, 1] } }),
    formula: meanOf(({ prediction, target }) =>
      Number(target[0]! > 0.5 ? prediction[0]! > 0.5 : prediction[0]! <= 0.5),
    ),
  },
  "lossOf a factory": {
    make: () => lossOf(mse),
    sample: [1],
    target: (sample) => ({ shape: sample }),
    formula: meanOf(({ prediction, target }) => (prediction[0]! - target[0]!) ** 2),
  },
  "lossOf a value": {
    make: () => lossOf(softmaxCrossEntropy({ labelSmoothing: 0 })),
    sample: [4],
    target: classNumber,
    formula: meanOf(
      ({ prediction, target }) =>
        Math.max(...prediction) -
        prediction[target[0]!]! +
        Math.log(prediction.reduce((total, logit) => total + Math.exp(logit - Math.max(...prediction)), 0)),
    ),
    // What is left of the logarithm of 1.
    extremes: { size: (_, want) => Math.max(1, want) },
  },
};

metricSuite(rows, { describe, test }, { plugins: [metrics, losses], backend: cpu() });

test("classes may be given as one-hot rows, and positions beyond the batch are averaged", async () => {
  const prediction = tensor([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 0],
    ],
  ]);
  const numbers = tensor([
    [0, 1],
    [1, 0],
  ]);
  const rowsOfTargets = tensor([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [0, 1],
      [1, 0],
    ],
  ]);
  for (const metric of [accuracy(), topKAccuracy({ k: 1 })]) {
    for (const target of [numbers, rowsOfTargets])
      expect(await metric.result(metric.amounts(prediction, target, tensor([1, 3]))).item()).toBe((1 + 3 * 0.5) / 4);
  }
  const yes = binaryAccuracy();
  const bits = cast(numbers, "bool");
  const logits = tensor([
    [-1, 1],
    [1, 1],
  ]);
  expect(await yes.result(yes.amounts(logits, bits, tensor([1, 1]))).item()).toBe(0.75);
});

test("shapes that do not fit and options that make no sense are refused", () => {
  const weights = tensor([1, 1]);
  const column = tensor([[1], [2]]);
  const two = tensor([
    [1, 2],
    [3, 4],
  ]);
  const refused = [
    [
      () => accuracy().amounts(column, tensor([0, 1]), weights),
      "accuracy: predictions [2, 1] need a last axis with 2 classes or more; for yes or no, take binaryAccuracy",
    ],
    [
      () => topKAccuracy().amounts(two, column, weights),
      "topKAccuracy: predictions [2, 2] meet targets [2, 1]; give class numbers [2] or targets of the predictions' shape",
    ],
    [
      () => binaryAccuracy().amounts(two, tensor([0, 1]), weights),
      "binaryAccuracy: predictions [2, 2] meet targets [2]; give targets of the predictions' shape",
    ],
    [
      () => lossOf(mse()).amounts(two, tensor([0, 1]), weights),
      "mse: predictions [2, 2] meet targets [2]; give targets of the predictions' shape",
    ],
    [() => topKAccuracy({ k: 0 }), "topKAccuracy: k is 0; it must be a whole number of 1 or more"],
    [() => binaryAccuracy({ threshold: Number.NaN }), "binaryAccuracy: threshold is NaN; it must be a finite number"],
    [() => new Registry([metrics]).resolve("metric", "lossOf"), "lossOf: loss is missing; it must be a loss"],
  ] as const;
  for (const [call, message] of refused) expect(call).toThrow(expect.objectContaining({ message }));
});
