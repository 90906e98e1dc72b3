import {
  mul,
  Optimizer,
  type OptimizerRule,
  sub,
  sum,
  type Tensor,
  tensor,
  useBackend,
  variable,
  type Variable,
} from "@gradloom/core";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { asTensor, readArray } from "./evaluate.ts";
import { largestOf } from "./operation-suite.ts";
import { randomSource } from "./random-source.ts";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** An optimizer as law. */
export interface OptimizerCase {
  make(): OptimizerRule;
  /** What becomes of one number under a row of gradients, in plain arithmetic; left out for rules that mix the numbers of a parameter. */
  readonly reference?: (start: number, gradients: readonly number[]) => number;
  /** Steps in which the bowl must be down to a hundredth; 300 if left out. */
  readonly steps?: number;
}

/**
 * The laws of optimizers: they go down a convex bowl, step as the plain reference says, keep named state of stable shapes, go on from saved state bit for bit
 * as if they had not stopped, and come back from their recipes. Changes the default backend.
 */
export function optimizerSuite(
  cases: Readonly<Record<string, OptimizerCase>>,
  { describe, test }: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("optimizerSuite", options);
  for (const [name, row] of Object.entries(cases)) {
    describe(name, () => {
      const on = (law: (row: OptimizerCase) => Promise<void>) => (): Promise<void> => {
        useBackend(backend);
        return law(row);
      };
      test("goes down a convex bowl", on(bowlLaw));
      if (row.reference !== undefined) test("steps as its reference says", on(referenceLaw));
      test("keeps its state under names that differ and stay", on(stateLaw));
      test("goes on from saved state as if it had not stopped", on(resumeLaw));
      test("comes back from its recipe", () => void recipeLaw(row.make(), plugins));
    });
  }
}

const curvatures = [1, 0.3, 2, 0.7];
const targets = [1, -0.5, 0.25, 2];

function bowl(weights: Variable): Tensor {
  const distance = sub(weights.value, tensor(targets, { dtype: weights.dtype }));
  return sum(mul(tensor(curvatures, { dtype: weights.dtype }), mul(distance, distance)));
}

async function bowlLaw({ make, steps = 300 }: OptimizerCase): Promise<void> {
  const weights = variable([3, 2, -2, -1], { name: "weights" });
  const optimizer = new Optimizer(make(), [weights]);
  const start = await bowl(weights).item();
  for (let step = 0; step < steps; step++) optimizer.step(bowl(weights));
  const end = await bowl(weights).item();
  if (!(end <= start / 100)) throw new Error(`after ${steps} steps the bowl is at ${end}, it began at ${start}`);
}

/** Rows of gradients, one row for a step. */
function gradientRows(steps: number, size: number): readonly (readonly number[])[] {
  const random = randomSource(3);
  return Array.from({ length: steps }, () => Array.from({ length: size }, () => 2 * random() - 1));
}

function float64(values: readonly number[]): Tensor {
  return asTensor({ shape: [values.length], dtype: "float64", data: values });
}

/** A step of a rule and of its reference each round less often than this, by numbers that are not larger than the parameter or 1. */
const roundings = 32;

async function referenceLaw({ make, reference }: OptimizerCase): Promise<void> {
  const starts = [0.5, -1, 2];
  const weights = variable(float64(starts), { name: "weights" });
  const optimizer = new Optimizer(make(), [weights]);
  const rows = gradientRows(12, starts.length);
  for (const [step, row] of rows.entries()) {
    optimizer.step([float64(row)]);
    const expected = starts.map((start, at) =>
      reference!(
        start,
        rows.slice(0, step + 1).map((gradients) => gradients[at]!),
      ),
    );
    const got = await readArray(weights);
    const size = (1 + largestOf([got])) * roundings * unitOf("float64");
    compareArrays(`the parameter after step ${step + 1}`, got, { ...got, data: expected }, () => size * (step + 1));
  }
}

async function stateLaw({ make }: OptimizerCase): Promise<void> {
  const layout = (): readonly string[] => {
    const parameters = [variable([[1, 2, 3]], { name: "a/kernel" }), variable([1, 2], { name: "a/bias" })];
    const optimizer = new Optimizer(make(), parameters);
    optimizer.step(parameters.map(({ value }) => value));
    return optimizer.state.map(({ path, variable: cell }) => `${path} ${cell.dtype} [${cell.shape.join(", ")}]`);
  };
  const first = layout();
  if (new Set(first.map((line) => line.split(" ")[0])).size !== first.length)
    throw new Error(`two cells of the state share a path: ${first.join("; ")}`);
  const again = layout();
  if (again.join() !== first.join())
    throw new Error(`the state is ${first.join("; ")} at first and ${again.join("; ")} later`);
}

async function resumeLaw({ make }: OptimizerCase): Promise<void> {
  const rows = gradientRows(8, 3).map((row) => tensor(row as number[]));
  const whole = variable([0.5, -1, 2], { name: "weights" });
  const optimizer = new Optimizer(make(), [whole]);
  for (const row of rows.slice(0, 4)) optimizer.step([row]);
  const saved = await Promise.all(
    [whole, ...optimizer.state.map(({ variable: cell }) => cell)].map((cell) => cell.data()),
  );
  for (const row of rows.slice(4)) optimizer.step([row]);

  const resumed = variable([0, 0, 0], { name: "weights" });
  const fresh = new Optimizer(make(), [resumed]);
  [resumed, ...fresh.state.map(({ variable: cell }) => cell)].forEach((cell, at) =>
    cell.assign(asTensor({ shape: cell.shape, dtype: cell.dtype, data: saved[at]! })),
  );
  for (const row of rows.slice(4)) fresh.step([row]);
  compareArrays("the parameter after going on", await readArray(resumed), await readArray(whole));
}
