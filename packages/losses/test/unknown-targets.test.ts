import { cpu } from "@gradloom/backend-cpu";
import { add, equal, iota, mul, reshape, type Tensor, tensor, useBackend } from "@gradloom/core";
import { property } from "@gradloom/testing";
import { array, constantFrom } from "fast-check";
import { expect, test } from "vitest";
import { binaryCrossEntropy, softmaxCrossEntropy } from "../src/index.ts";

useBackend(cpu());

test(
  "targets that are computed and are no class, or no probability, make the loss of their sample NaN and of no other",
  property(
    [array(constantFrom(0, 1, 2, 3, -1, 5, 1.5, NaN, Infinity, -0), { minLength: 1, maxLength: 6 })],
    async (labels) => {
      const computed = add(tensor(labels), 0);
      const prediction = tensor(labels.map((_, at) => [at, 1, -at]));
      const isClass = (label: number): boolean => label === 0 || label === 1 || label === 2;
      const rows = equal(reshape(computed, [-1, 1]), iota(3)).cast("float32");
      const cases: readonly (readonly [Tensor, (label: number) => boolean])[] = [
        [softmaxCrossEntropy(prediction, computed), isClass],
        [softmaxCrossEntropy(prediction, rows), isClass],
        [softmaxCrossEntropy(prediction, mul(rows, -1)), () => false],
        [binaryCrossEntropy(tensor(labels.map(() => 0.5)), computed), (label) => label >= 0 && label <= 1],
      ];
      for (const [loss, known] of cases)
        expect([...(await loss.data())].map(Number.isFinite)).toEqual(labels.map(known));
    },
  ),
);
