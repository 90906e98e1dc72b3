import { type Loss, sameShape, type Shape } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { integer, nat } from "fast-check";
import type { ExtremeCase } from "./cases/extreme-case.ts";
import { functionCase } from "./cases/function-case.ts";
import { sampleExtremes, type SampleOptions } from "./cases/sample-extremes.ts";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { evaluate } from "./evaluate.ts";
import { extremeSuite } from "./extreme-suite.ts";
import { type HostArray, samplesAt } from "./host-array.ts";
import { type Domain, drawInputs, type InputSpec } from "./input-spec.ts";
import { largestOf, operationSuite } from "./operation-suite.ts";
import { property } from "./property.ts";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** A loss as law. */
export interface LossCase {
  make(): Loss;
  /** Shapes of one prediction, [classes] for instance; [3] and [2, 4] if left out. */
  readonly samples?: readonly Shape[];
  readonly prediction?: Domain;
  /** One target for a prediction of the shape: `shape` without the batch axis, dtype and domain. */
  target(sample: Shape): InputSpec;
  /** The loss of one sample, from its numbers row by row, and of any numbers: where floats end, as a limit. */
  formula(prediction: readonly number[], target: readonly number[], sample: Shape): number;
  /** Its slopes in each number of the prediction, of any numbers too. */
  slopes(prediction: readonly number[], target: readonly number[], sample: Shape): readonly number[];
  /** How it is judged where floats end. */
  readonly extremes?: SampleOptions;
}

/**
 * The laws of losses: one number for each sample, which depends on that sample alone, so that any split of a batch gives the same weighted mean; the
 * formula and its slopes, also where floats end; gradients of both orders; recipes come back.
 */
export function lossSuite(cases: Readonly<Record<string, LossCase>>, runner: Runner, options: SuiteOptions): void {
  const { backend, plugins } = suiteOptions("lossSuite", options);
  for (const [name, row] of Object.entries(cases)) {
    for (const sample of row.samples ?? [[3], [2, 4]]) {
      const label = `${name} of [${sample.join(", ")}]`;
      operationSuite({ [label]: () => functionOf(row, sample) }, runner, { backend });
      extremeSuite({ [label]: () => extremesOf(row, sample) }, runner, { backend });
      runner.describe(label, () => {
        runner.test(
          "gives each sample the loss that it has by itself",
          property(
            [integer({ min: 2, max: 5 }), nat()],
            (batch, seed) => eachByItself(row, sample, batch, seed, backend),
            5,
          ),
        );
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
  return functionCase<number>({
    settings: integer({ min: 1, max: 4 }),
    inputs: (batch) => inputsOf(row, sample, batch),
    call: ([prediction, target]) => row.make()(prediction!, target!),
    reference: ([prediction, target], batch): HostArray => {
      const losses = Array.from({ length: batch }, (_, at) =>
        row.formula(numbersAt(prediction!, at), numbersAt(target!, at), sample),
      );
      return { shape: [batch], dtype: prediction!.dtype, data: losses };
    },
  });
}

function extremesOf(row: LossCase, sample: Shape): ExtremeCase {
  return sampleExtremes(
    { sample, prediction: row.prediction ?? {}, target: row.target(sample), count: 300 },
    (prediction, target) => row.make()(prediction, target),
    (prediction, target) => row.formula(prediction, target, sample),
    (prediction, target) => row.slopes(prediction, target, sample),
    row.extremes,
  );
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
