import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  cast,
  type Metric,
  recipeOf,
  Registry,
  type Statistics,
  type Tensor,
  tensor,
  useBackend,
} from "@gradloom/core";
import { losses, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { property } from "@gradloom/testing";
import { array, type Arbitrary, constantFrom, double, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { accuracy, binaryAccuracy, lossOf, metrics, topKAccuracy } from "../src/index.ts";

useBackend(cpu());

/** One sample: what was predicted, what was right, how much it counts. */
interface Sample {
  readonly prediction: readonly number[];
  readonly target: number;
  readonly weight: number;
}

interface Row {
  readonly name: string;
  readonly metric: Metric;
  /** Size of a prediction. */
  readonly size: number;
  /** Of one sample. */
  readonly reference: (sample: Sample) => number;
}

const rank = ({ prediction, target }: Sample): number =>
  prediction.filter((value) => value > prediction[target]!).length;

const rows: readonly Row[] = [
  {
    name: "accuracy",
    metric: accuracy(),
    size: 4,
    reference: ({ prediction, target }) => Number(prediction.indexOf(Math.max(...prediction)) === target),
  },
  { name: "topKAccuracy", metric: topKAccuracy({ k: 2 }), size: 4, reference: (sample) => Number(rank(sample) < 2) },
  {
    name: "binaryAccuracy",
    metric: binaryAccuracy(),
    size: 1,
    reference: ({ prediction: [logit], target }) => Number(logit! > 0 === target > 0),
  },
  {
    name: "binaryAccuracy of probabilities",
    metric: binaryAccuracy({ threshold: 0.5 }),
    size: 1,
    reference: ({ prediction: [probability], target }) => Number(probability! > 0.5 === target > 0),
  },
  {
    name: "lossOf(mse)",
    metric: lossOf(mse),
    size: 1,
    reference: ({ prediction: [value], target }) => (value! - target) ** 2,
  },
  {
    name: "lossOf(softmaxCrossEntropy)",
    metric: lossOf(softmaxCrossEntropy({})),
    size: 4,
    reference: ({ prediction, target }) =>
      Math.log(prediction.reduce((total, logit) => total + Math.exp(logit), 0)) - prediction[target]!,
  },
];

/** Values with repeats, so that there are ties. */
function samples(size: number): Arbitrary<readonly Sample[]> {
  const value = constantFrom(-2, -0.75, 0, 0.25, 0.6, 1, 3);
  return array(
    record({
      prediction: array(value, { minLength: size, maxLength: size }),
      target: integer({ min: 0, max: size === 1 ? 1 : size - 1 }),
      weight: double({ min: 0.25, max: 4, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  );
}

/** What the metric tells of the samples, seen in batches that end at the given places. */
function measured(metric: Metric, all: readonly Sample[], ends: readonly number[]): Tensor {
  let sums: Statistics | undefined;
  let start = 0;
  for (const end of [...ends, all.length]) {
    const batch = all.slice(start, end);
    start = Math.max(start, end);
    if (batch.length === 0) continue;
    const amounts = metric.amounts(
      tensor(batch.map(({ prediction }) => [...prediction])),
      tensor(Int32Array.from(batch, ({ target }) => target)),
      tensor(batch.map(({ weight }) => weight)),
    );
    const before = sums;
    sums =
      before === undefined
        ? amounts
        : Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, add(before[name]!, amount)]));
  }
  return metric.result(sums!);
}

describe.each(rows)("$name", ({ metric, size, reference }) => {
  test(
    "is the weighted mean over samples, for any split into batches",
    property([samples(size), array(integer({ min: 0, max: 12 }), { maxLength: 4 })], async (all, places) => {
      const weight = all.reduce((total, sample) => total + sample.weight, 0);
      const wanted = all.reduce((total, sample) => total + sample.weight * reference(sample), 0) / weight;
      const ends = places.toSorted((a, b) => a - b);
      for (const split of [[], ends, all.map((_, at) => at)])
        expect(await measured(metric, all, split).item()).toBeCloseTo(wanted, 4);
    }),
  );

  test("has sums of the shapes it says", () => {
    const amounts = metric.amounts(tensor([new Array<number>(size).fill(1)]), tensor([0]), tensor([1]));
    const shapes = Object.entries(amounts).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(metric.statistics);
  });

  test("goes through a recipe and the registry to the same metric", async () => {
    const registry = new Registry([metrics, losses]);
    const again = registry.make(JSON.parse(JSON.stringify(recipeOf(metric)))) as Metric;
    const all = [
      { prediction: [0.3, -1, 2, 0.1].slice(0, size), target: 0, weight: 1 },
      { prediction: [0.7, 0, 0.1, -3].slice(0, size), target: 1, weight: 2 },
    ];
    expect(await measured(again, all, []).item()).toBe(await measured(metric, all, []).item());
  });
});

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
    [
      () => new Registry([metrics]).resolve("metric", "lossOf"),
      "lossOf: there is no loss; give it one, e.g. lossOf(mse)",
    ],
  ] as const;
  for (const [call, message] of refused) expect(call).toThrow(expect.objectContaining({ message }));
});
