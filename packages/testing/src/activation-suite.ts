import { type Activation, gradients, sum, type Tensor } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { type ExtremeCase, type ExtremeOptions, pointwise } from "./cases/extreme-case.ts";
import { type FunctionCase, functionCase } from "./cases/function-case.ts";
import { compareArrays } from "./compare-arrays.ts";
import { evaluate } from "./evaluate.ts";
import { extremeSuite } from "./extreme-suite.ts";
import { type HostArray, mapElements } from "./host-array.ts";
import { fromKinks } from "./input-spec.ts";
import { operationSuite } from "./operation-suite.ts";
import { recipeLaw } from "./recipe-law.ts";
import { shapes } from "./shapes.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** An activation as law. */
export type ActivationCase = OfEach | OfSeveral;

/** An activation that makes something of each number by itself. */
interface OfEach {
  make(): Activation;
  /** What it makes of a number, of any: where floats end, as a limit. */
  readonly formula: (x: number) => number;
  /** Its derivative, of any number too; at a kink, what it is meant to be. */
  readonly slope: (x: number) => number;
  /** Where it has no derivative; nowhere if left out. */
  readonly kinks?: readonly number[];
  /** How it is judged where floats end. */
  readonly extremes?: ExtremeOptions;
}

/** An activation that looks at several numbers. */
interface OfSeveral {
  make(): Activation;
  readonly formula?: undefined;
  readonly kinks?: readonly number[];
  /** Up to which size of numbers it and its gradient are finite in float32; 10,000 if left out. */
  readonly largest?: number;
}

/**
 * The laws of activations: shape and dtype are kept, the formula and the gradients of both orders hold, also where floats end (for those without a
 * formula, large numbers give no NaN), recipes come back.
 */
export function activationSuite(
  cases: Readonly<Record<string, ActivationCase>>,
  runner: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("activationSuite", options);
  const rows = Object.entries(cases).map(([name, row]) => [name, () => functionOf(row)] as const);
  operationSuite(Object.fromEntries(rows), runner, { backend });
  extremeSuite(Object.fromEntries(Object.entries(cases).flatMap(extremesOf)), runner, { backend });
  for (const [name, row] of Object.entries(cases)) {
    runner.describe(name, () => {
      runner.test("keeps shape and dtype", () => keepsKind(row, backend));
      if (row.formula === undefined)
        runner.test("is finite for large numbers, with its gradient", () => staysFinite(row, backend));
      runner.test("comes back from its recipe", () => void recipeLaw(row.make(), plugins));
    });
  }
}

function extremesOf([name, row]: readonly [string, ActivationCase]): readonly (readonly [string, () => ExtremeCase])[] {
  if (row.formula === undefined) return [];
  const { make, formula, slope, extremes } = row;
  return [
    [
      name,
      () =>
        pointwise(
          (x) => make()(x),
          (x) => formula(x),
          slope,
          extremes,
        ),
    ],
  ];
}

function functionOf({ make, formula, kinks = [] }: ActivationCase): FunctionCase {
  return functionCase({
    settings: shapes({ minRank: 1, empty: formula !== undefined }),
    inputs: (shape) => [{ shape, domain: { from: -3, to: 3, fromKink: fromKinks(kinks) } }],
    call: ([x]) => make()(x!),
    ...(formula === undefined ? {} : { reference: ([x]) => mapElements([x!], formula) }),
  });
}

async function keepsKind({ make }: ActivationCase, backend: Backend): Promise<void> {
  for (const dtype of ["float32", "float64"] as const) {
    const input: HostArray = { shape: [2, 1, 3], dtype, data: [0.5, -1, 2, -0.25, 0.125, -3] };
    const [output] = await evaluate(backend, [input], ([x]) => [make()(x!)]);
    compareArrays("the result", { ...output!, data: [] }, { ...input, data: [] });
  }
}

async function staysFinite({ make, largest = 1e4 }: OfSeveral, backend: Backend): Promise<void> {
  const data = [-largest, -largest / 100, -1e-30, 0, 1e-30, largest / 100, largest, 1];
  const input: HostArray = { shape: [2, 4], dtype: "float32", data };
  const results = await evaluate(backend, [input], ([x]) => withGradient(make(), x!));
  results.forEach(({ data: numbers }, at) => {
    const wrong = data.findIndex((_, place) => !Number.isFinite(numbers[place]));
    if (wrong >= 0)
      throw new Error(`${at === 0 ? "the result" : "the gradient"} at ${data[wrong]} is ${numbers[wrong]}`);
  });
}

function withGradient(activation: Activation, x: Tensor): readonly Tensor[] {
  const y = activation(x);
  return [y, ...gradients(sum(y), [x], { unused: "zeros" })];
}
