import { gradients, type Loss, sameShape, type Shape, sum, type Tensor } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { integer, nat } from "fast-check";
import { functionCase } from "./cases/function-case.ts";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { evaluate } from "./evaluate.ts";
import { type HostArray, samplesAt } from "./host-array.ts";
import { type Domain, drawInputs, type InputSpec } from "./input-spec.ts";
import { loopBackend } from "./loop-backend.ts";
import { largestOf, operationSuite } from "./operation-suite.ts";
import { property } from "./property.ts";
import { recipeLaw } from "./recipe-law.ts";
import type { SuiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** A loss as law. */
export interface LossCase {
  make(): Loss;
  /** Shapes of one prediction, [classes] for instance; [3] and [2, 4] if left out. */
  readonly samples?: readonly Shape[];
  readonly prediction?: Domain;
  /** One target for a prediction of the shape: `shape` without the batch axis, dtype and domain. */
  target(sample: Shape): InputSpec;
  /** The loss of one sample, from its numbers row by row. */
  readonly formula?: (prediction: readonly number[], target: readonly number[], sample: Shape) => number;
  /** Up to which size of predictions it and its gradient are finite in float32; 10,000 if left out. */
  readonly largest?: number;
}

/**
 * The laws of losses: one number for each sample, which depends on that sample alone, so that any split of a batch gives the same weighted mean; the
 * formula; gradients of both orders; no NaN for large predictions; recipes come back.
 */
export function lossSuite(cases: Readonly<Record<string, LossCase>>, runner: Runner, options: SuiteOptions): void {
  const { backend = loopBackend(), plugins } = options;
  for (const [name, row] of Object.entries(cases)) {
    for (const sample of row.samples ?? [[3], [2, 4]]) {
      const label = `${name} of [${sample.join(", ")}]`;
      operationSuite({ [label]: () => functionOf(row, sample) }, runner, { backend });
      runner.describe(label, () => {
        runner.test(
          "gives each sample the loss that it has by itself",
          property(
            [integer({ min: 2, max: 5 }), nat()],
            (batch, seed) => eachByItself(row, sample, batch, seed, backend),
            5,
          ),
        );
        runner.test("is finite for large predictions, with its gradient", () => staysFinite(row, sample, backend));
      });
    }
    runner.describe(name, () => runner.test("comes back from its recipe", () => void recipeLaw(row.make(), plugins)));
  }
}

function inputsOf({ prediction = {}, target }: LossCase, sample: Shape, batch: number): readonly InputSpec[] {
  const wanted = target(sample);
  return [
    { shape: [batch, ...sample], domain: prediction },
    { ...wanted, shape: [batch, ...wanted.shape] },
  ];
}

function functionOf(row: LossCase, sample: Shape): ReturnType<typeof functionCase> {
  const { formula } = row;
  return functionCase<number>({
    settings: integer({ min: 1, max: 4 }),
    inputs: (batch) => inputsOf(row, sample, batch),
    call: ([prediction, target]) => row.make()(prediction!, target!),
    ...(formula === undefined
      ? {}
      : {
          reference: ([prediction, target], batch): HostArray => {
            const losses = Array.from({ length: batch }, (_, at) =>
              formula(numbersAt(prediction!, at), numbersAt(target!, at), sample),
            );
            return { shape: [batch], dtype: prediction!.dtype, data: losses };
          },
        }),
  });
}

/** The numbers of one sample. */
function numbersAt(batch: HostArray, at: number): readonly number[] {
  return Array.from(samplesAt(batch, at).data);
}

async function eachByItself(
  row: LossCase,
  sample: Shape,
  batch: number,
  seed: number,
  backend: Backend,
): Promise<void> {
  const inputs = drawInputs(inputsOf(row, sample, batch), "float64", seed);
  const lossOf = async (arrays: readonly HostArray[]): Promise<HostArray> => {
    const [losses] = await evaluate(backend, arrays, ([prediction, target]) => [row.make()(prediction!, target!)]);
    return losses!;
  };
  const together = await lossOf(inputs);
  if (!sameShape(together.shape, [batch]))
    throw new Error(`the loss is [${together.shape.join(", ")}], it must be one number for each of ${batch} samples`);
  const alone: number[] = [];
  for (let at = 0; at < batch; at++) {
    alone.push((await lossOf(inputs.map((array) => samplesAt(array, at)))).data[0]!);
  }
  const allowed = 64 * unitOf("float64") * (1 + largestOf([together]));
  compareArrays("the loss of the batch", together, { shape: [batch], dtype: "float64", data: alone }, () => allowed);
}

async function staysFinite(row: LossCase, sample: Shape, backend: Backend): Promise<void> {
  const { largest = 1e4, prediction: { from = -Infinity, to = Infinity } = {} } = row;
  const sizes = [-largest, -largest / 100, 0, largest / 100, largest].map((value) =>
    Math.min(Math.max(value, from), to),
  );
  const [prediction, target] = drawInputs(inputsOf(row, sample, 6), "float32", 1);
  const large = {
    ...prediction!,
    data: Array.from(prediction!.data, (_, at) => sizes[(at * 3 + Math.floor(at / 7)) % sizes.length]!),
  };
  const results = await evaluate(backend, [large, target!], ([x, y]) => withGradient(row.make(), x!, y!));
  results.forEach(({ data }, at) => {
    const wrong = Array.from(data).findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new Error(
        `${at === 0 ? "the loss" : "the gradient"} of predictions up to ${largest} is ${data[wrong]} at place ${wrong}`,
      );
  });
}

function withGradient(loss: Loss, prediction: Tensor, target: Tensor): readonly Tensor[] {
  const losses = loss(prediction, target);
  return [losses, ...gradients(sum(losses), [prediction], { unused: "zeros" })];
}
