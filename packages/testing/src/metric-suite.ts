import type { Metric, Shape, Statistics, Tensor } from "@gradloom/core";
import { add, full, sameShape, split, stack } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { array, integer, nat } from "fast-check";
import type { ExtremeCase } from "./cases/extreme-case.ts";
import { sampleExtremes, type SampleOptions } from "./cases/sample-extremes.ts";
import { compareArrays } from "./compare-arrays.ts";
import { evaluate } from "./evaluate.ts";
import { extremeSuite } from "./extreme-suite.ts";
import { type HostArray, samplesAt } from "./host-array.ts";
import { type Domain, drawInputs, type InputSpec } from "./input-spec.ts";
import { property } from "./property.ts";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** A metric as law. */
export interface MetricCase {
  make(): Metric;
  /** Shape of one prediction; [3] if left out. */
  readonly sample?: Shape;
  readonly prediction?: Domain;
  /** One target for a prediction of the shape: `shape` without the batch axis, dtype and domain. */
  target(sample: Shape): InputSpec;
  /** The metric of samples, each with its weight, from their numbers row by row, and of any numbers: where floats end, as a limit. */
  readonly formula: (samples: readonly WeightedSample[]) => number;
  /** How it is judged where floats end. */
  readonly extremes?: SampleOptions;
}

/** The numbers of one sample. */
export interface WeightedSample {
  readonly prediction: readonly number[];
  readonly target: readonly number[];
  readonly weight: number;
}

/**
 * The laws of metrics: the formula, weights included, for every split of the samples into batches, and where floats end; statistics of the declared
 * shapes; recipes come back.
 */
export function metricSuite(cases: Readonly<Record<string, MetricCase>>, runner: Runner, options: SuiteOptions): void {
  const { describe, test } = runner;
  const { backend, plugins } = suiteOptions("metricSuite", options);
  const extremes = Object.entries(cases).map(([name, row]) => [name, () => extremesOf(row)] as const);
  extremeSuite(Object.fromEntries(extremes), runner, { backend });
  for (const [name, row] of Object.entries(cases)) {
    describe(name, () => {
      test(
        "is what its formula says of all samples, however they are split into batches",
        property([array(integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), nat()], (batches, seed) =>
          splitLaw(row, batches, seed, backend),
        ),
      );
      test("adds up statistics of the shapes that it declares", () => shapeLaw(row, backend));
      test("comes back from its recipe", () => void recipeLaw(row.make(), plugins));
    });
  }
}

/** Each sample by itself, with the weight 1. */
function extremesOf({ make, sample = [3], prediction = {}, target, formula, extremes }: MetricCase): ExtremeCase {
  return sampleExtremes(
    { sample, prediction, target: target(sample), count: 40 },
    (predictions, targets) => {
      const parts = [predictions, targets].map((all) => split(all, all.shape[0]!));
      const weight = full([1], 1, predictions.dtype);
      const metric = make();
      return stack(parts[0]!.map((one, at) => resultOf(metric, [one, parts[1]![at]!, weight])));
    },
    (one, wanted) => formula([{ prediction: one, target: wanted, weight: 1 }]),
    undefined,
    extremes,
  );
}

/** Predictions, targets and weights of `count` samples. */
function samplesOf(
  { sample = [3], prediction = {}, target }: MetricCase,
  count: number,
  seed: number,
): readonly HostArray[] {
  const wanted = target(sample);
  const specs: readonly InputSpec[] = [
    { shape: [count, ...sample], domain: prediction },
    { ...wanted, shape: [count, ...wanted.shape] },
    { shape: [count], domain: { among: [0, 0.5, 1, 2] } },
  ];
  return drawInputs(specs, "float32", seed);
}

async function splitLaw(row: MetricCase, batches: readonly number[], seed: number, backend: Backend): Promise<void> {
  const count = batches.reduce((total, size) => total + size, 0);
  const drawn = samplesOf(row, count, seed);
  // One sample must count, or there is nothing to tell.
  const [prediction, target, weights] = [
    drawn[0]!,
    drawn[1]!,
    { ...drawn[2]!, data: Array.from(drawn[2]!.data, (weight, at) => (at === 0 ? 1 : weight)) },
  ];
  const parts = batches.map((size, at) => {
    const start = batches.slice(0, at).reduce((total, other) => total + other, 0);
    return [prediction, target, weights].map((all) => samplesAt(all, start, start + size));
  });
  const [result] = await evaluate(backend, parts.flat(), (tensors) => [resultOf(row.make(), tensors)]);
  const samples = Array.from({ length: count }, (_, at) => ({
    prediction: Array.from(samplesAt(prediction, at).data),
    target: Array.from(samplesAt(target, at).data),
    weight: weights.data[at]!,
  }));
  const expected = row.formula(samples);
  compareArrays(
    `the metric of batches of ${batches.join(", ")}`,
    result!,
    { shape: [], dtype: "float32", data: [expected] },
    () => 1e-5 * (1 + Math.abs(expected)),
  );
}

/** The metric of batches, which come as prediction, target and weights in a row. */
function resultOf(metric: Metric, tensors: readonly Tensor[]): Tensor {
  let sums: Statistics = Object.fromEntries(
    Object.entries(metric.statistics).map(([name, shape]) => [name, full(shape, 0)]),
  );
  for (let at = 0; at < tensors.length; at += 3) {
    const amounts = metric.amounts(tensors[at]!, tensors[at + 1]!, tensors[at + 2]!);
    sums = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, add(sum, amounts[name]!)]));
  }
  return metric.result(sums);
}

async function shapeLaw(row: MetricCase, backend: Backend): Promise<void> {
  const metric = row.make();
  const names = Object.keys(metric.statistics);
  let given: readonly string[] = [];
  const amounts = await evaluate(backend, samplesOf(row, 4, 1), ([prediction, target, weights]) => {
    const found = metric.amounts(prediction!, target!, weights!);
    given = Object.keys(found);
    return names.map((name) => found[name]!);
  });
  if (given.toSorted().join() !== names.toSorted().join())
    throw new Error(`the metric declares ${names.join(", ")} and gives ${given.join(", ")}`);
  names.forEach((name, at) => {
    const declared = metric.statistics[name]!;
    if (sameShape(amounts[at]!.shape, declared)) return;
    throw new Error(
      `the statistic ${name} is [${amounts[at]!.shape.join(", ")}], the metric declares [${declared.join(", ")}]`,
    );
  });
}
