import { cpu } from "@gradloom/backend-cpu";
import { add, equal, iota, type Metric, reshape, type Tensor, tensor, useBackend } from "@gradloom/core";
import { property } from "@gradloom/testing";
import { array, constantFrom } from "fast-check";
import { expect, test } from "vitest";
import { accuracy, binaryAccuracy, topKAccuracy } from "../src/index.ts";

useBackend(cpu());

async function resultOf(metric: Metric, prediction: Tensor, target: Tensor): Promise<number> {
  const weights = tensor(new Float32Array(prediction.shape[0]!).fill(1));
  return metric.result(metric.amounts(prediction, target, weights)).item();
}

test(
  "a metric is a number if every target tells what is right, and NaN otherwise",
  property([array(constantFrom(0, 1, 2, 0, 1, 2, 3, -1, 1.5, NaN), { minLength: 1, maxLength: 4 })], async (labels) => {
    const computed = add(tensor(labels), 0);
    const rows = equal(reshape(computed, [-1, 1]), iota(3)).cast("float32");
    const prediction = tensor(labels.map(() => [1, 2, 3]));
    const known = labels.every((label) => [0, 1, 2].includes(label));
    for (const metric of [accuracy(), topKAccuracy({ k: 2 })])
      for (const target of [computed, rows])
        expect(Number.isFinite(await resultOf(metric, prediction, target))).toBe(known);
    const yes = labels.every((label) => label >= 0 && label <= 1);
    expect(Number.isFinite(await resultOf(binaryAccuracy(), computed, computed))).toBe(yes);
  }),
);
