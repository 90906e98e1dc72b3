import {
  accuracy,
  binaryAccuracy,
  binaryCrossEntropy,
  type Batch,
  cpu,
  createTrainer,
  dense,
  lossOf,
  mse,
  mul,
  sgd,
  sequential,
  softmaxCrossEntropy,
  tensor,
  topKAccuracy,
  wasm,
} from "gradloom";
import { property } from "@gradloom/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const losses = { mse, binaryCrossEntropy, softmaxCrossEntropy };
const pair = fc.constantFrom([0, 1], [1, 0]);
const strange = fc.constantFrom(NaN, Infinity, -Infinity, 1e38, -1, 0);

/** Targets of samples that count, and of those that do not, in any order. */
const samples = fc.array(
  fc.oneof(
    pair.map((target) => ({ target, weight: 1 })),
    fc.tuple(strange, strange).map((target) => ({ target, weight: 0 })),
  ),
  { minLength: 1, maxLength: 6 },
);

describe.each([
  ["cpu", cpu()],
  ["wasm", wasm({ threads: 1 })],
] as const)("on %s, a sample of weight 0", (_, backend) => {
  test(
    "counts as not there, whatever its loss: in the loss, in metrics and in what parameters become",
    property(
      [samples, fc.constantFrom(...Object.values(losses))],
      async (given, loss) => {
        const outcome = async (used: typeof given): Promise<unknown> => {
          const trainer = createTrainer({
            plugins: [backend],
            input: [2],
            model: sequential(dense({ units: 3 }), dense({ units: 2 })),
            loss,
            optimizer: sgd({ learningRate: 0.1 }),
            dtype: "float64",
            metrics: { same: lossOf(loss), accuracy, binaryAccuracy, top: topKAccuracy({ k: 1 }) },
          });
          const batch: Batch = {
            x: tensor(used.map((sample) => [0.5, given.indexOf(sample) / 4])),
            // Computed, since what is wrong in numbers of the host is refused.
            y: mul(tensor(used.map(({ target }) => target)), 1),
            weights: tensor(used.map(({ weight }) => weight)),
          };
          const [report] = await trainer.fit({ batches: () => [batch] });
          const parameters = await Promise.all(
            trainer.model.parameters.map(async ({ variable }) => [...(await variable.data())]),
          );
          return [report!.metrics, parameters];
        };
        const real = given.filter(({ weight }) => weight > 0);
        if (real.length === 0) return;
        const [metrics, parameters] = (await outcome(given)) as [Record<string, number>, number[][]];
        const [wanted, expected] = (await outcome(real)) as [Record<string, number>, number[][]];
        // Sums of at most 12 numbers around 1, which may be in another order.
        const near = 64 * 2 ** -52;
        for (const [name, value] of Object.entries(wanted))
          if (Number.isNaN(value)) expect(metrics[name]).toBeNaN();
          else expect(Math.abs(metrics[name]! - value)).toBeLessThanOrEqual(near * Math.max(1, Math.abs(value)));
        parameters.flat().forEach((value, at) => {
          expect(Math.abs(value - expected.flat()[at]!)).toBeLessThanOrEqual(near);
        });
      },
      15,
    ),
  );
});
