import * as core from "@gradloom/core";
import { erfInverse } from "./elementwise-compositions.ts";
import type { FunctionCase } from "./function-case.ts";
import { bits, random, doubles } from "./random-functions.ts";

const classes = 3;

function logits(count: number): Float64Array {
  return Float64Array.from({ length: count * classes }, (_, at) => Math.sin(at));
}

/** The rows of the random functions that are made of others. */
export const randomCompositions = {
  randomTruncatedNormal: (): FunctionCase =>
    random(
      (key, shape) => core.randomTruncatedNormal(key, shape, { mean: 1, deviation: 2, dtype: "float64" }),
      (setting, count) =>
        doubles(setting, count).map((value) => 1 + 2 * Math.SQRT2 * erfInverse(0.9544997361036416 * (2 * value - 1))),
      "float64",
    ),
  randomInteger: (): FunctionCase =>
    random(
      (key, shape) => core.randomInteger(key, shape, { low: -3, high: 1000 }),
      (setting, count) => bits(setting, count).map((word) => (word % 1003) - 3),
      "int32",
    ),
  randomPermutation: (): FunctionCase =>
    random(
      (key, shape) => core.reshape(core.randomPermutation(key, core.sizeOf(shape)), shape),
      ({ words, ...setting }, count) => {
        const key = core.deriveKey({ words }, "permutation", 0);
        const keys = bits({ ...setting, words: key.words }, count);
        return keys.map((_, at) => at).toSorted((a, b) => keys[a]! - keys[b]!);
      },
      "int32",
    ),
  randomCategorical: (): FunctionCase =>
    random(
      (key, shape) =>
        core.randomCategorical(key, core.tensor(logits(core.sizeOf(shape)), { shape: [...shape, classes] })),
      (setting, count) => {
        const unit = doubles(setting, count * classes);
        const noisy = Array.from(logits(count), (logit, at) => logit - Math.log(-Math.log(unit[at]!)));
        return Array.from({ length: count }, (_, row) => {
          const scores = noisy.slice(row * classes, (row + 1) * classes);
          return scores.indexOf(Math.max(...scores));
        });
      },
      "int32",
    ),
};
