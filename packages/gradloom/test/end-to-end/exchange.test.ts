import { tanh } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  createTrainer,
  type Exchange,
  sequential,
  type StepSums,
  tensor,
  type Trainer,
  accumulate,
  snapshot,
} from "@gradloom/core";
import { stream } from "@gradloom/data";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import { adam, clipped } from "@gradloom/optimizers";
import { l2 } from "@gradloom/regularizers";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";

/** Adds up the sums of so many ranks that train at the same time: each waits until all have come. */
function allSum(ranks: number): Exchange {
  let waiting: { readonly sums: StepSums; readonly done: () => void }[] = [];
  const addUp = async (): Promise<void> => {
    const cells = waiting.map(({ sums: { gradients, weight } }) => [...gradients, weight]);
    const numbers = await Promise.all(cells.map((own) => Promise.all(own.map((cell) => cell.data()))));
    for (const own of cells) {
      own.forEach(({ shape, dtype }, at) => {
        const total = numbers[0]![at]!.map((_, place) => numbers.reduce((sum, rank) => sum + rank[at]![place]!, 0));
        own[at]!.assign(tensor(total, { shape, dtype }));
      });
    }
    const all = waiting;
    waiting = [];
    for (const { done } of all) done();
  };
  return (sums) =>
    new Promise((done, fail) => {
      waiting.push({ sums, done });
      if (waiting.length === ranks) addUp().catch(fail);
    });
}

function trainerOf(batches: number, exchange?: Exchange): Trainer {
  return createTrainer({
    plugins: [cpu()],
    dtype: "float64",
    model: sequential(
      dense({ units: 3, activation: tanh, kernelRegularizer: l2({ factor: 0.1 }) }),
      dense({ units: 1 }),
    ),
    input: [2],
    loss: mse,
    optimizer: clipped(adam({ learningRate: 0.01 }), { globalNorm: 1 }),
    ...(batches > 1 || exchange !== undefined
      ? { accumulation: accumulate({ batches, ...(exchange === undefined ? {} : { exchange }) }) }
      : {}),
  });
}

interface Sample {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly weight: number;
}

function batchOf(samples: readonly Sample[]) {
  return {
    x: tensor(samples.map(({ x }) => x)),
    y: tensor(samples.map(({ y }) => y)),
    weights: tensor(samples.map(({ weight }) => weight)),
  };
}

const sizes = record({
  // For each step, for each of its batches, how many samples each rank has.
  ranks: integer({ min: 2, max: 3 }),
  accumulation: integer({ min: 1, max: 2 }),
  counts: array(integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }),
  weights: array(constantFrom(0, 0.5, 1, 3), { minLength: 60, maxLength: 60 }),
});

describe("ranks that add up the sums of their steps", () => {
  test("take the steps of one that has all their samples, however many each has", async () => {
    const law = asyncProperty(sizes, async ({ ranks, accumulation, counts, weights }) => {
      const steps = 2;
      let sample = 0;
      const draw = (): Sample => {
        const at = sample++;
        return { x: [Math.sin(at), Math.cos(3 * at)], y: [Math.sin(5 * at)], weight: weights[at]! };
      };
      const parts = Array.from({ length: steps * accumulation }, (_, batch) =>
        Array.from({ length: ranks }, (_rank, rank) => Array.from({ length: counts[batch * ranks + rank]! }, draw)),
      );
      const exchange = allSum(ranks);
      const trainers = Array.from({ length: ranks }, () => trainerOf(accumulation, exchange));
      const whole = trainerOf(accumulation);
      await Promise.all([
        ...trainers.map((trainer, rank) => trainer.fit(stream(parts.map((part) => batchOf(part[rank]!))))),
        whole.fit(stream(parts.map((part) => batchOf(part.flat())))),
      ]);
      const expected = await snapshot(whole);
      for (const trainer of trainers) {
        const got = await snapshot(trainer);
        for (const { path } of whole.model.parameters) {
          // Adam divides gradients by their size, so a rounding of a small one counts as much as that of a large one.
          expect([...got.get(path)!]).toEqual(
            Array.from(expected.get(path)!, (value): unknown => expect.closeTo(value, 10)),
          );
        }
      }
    });
    await assert(law, { numRuns: 8, seed: 1, endOnFailure: true });
  });
});
