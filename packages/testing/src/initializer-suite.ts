import { build, type Initializer, type Layer, type Shape } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** How many inputs an output sums over, and how many outputs an input reaches. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** An initializer as law. */
export interface InitializerCase {
  make(): Initializer;
  /** 0 if left out. */
  readonly mean?: number;
  /** The standard deviation for the fans; 0 for constants. */
  readonly deviation: (fans: Fans) => number;
  /** What no number goes beyond, if there is such a thing. */
  readonly limits?: (fans: Fans) => readonly [low: number, high: number];
}

/** Kernels of dense layers and convolutions, and a vector, with the fans that they must have; large, so that moments tell. */
const kernels: readonly (readonly [shape: Shape, fans: Fans])[] = [
  [[90, 110], { fanIn: 90, fanOut: 110 }],
  [[4000, 3], { fanIn: 4000, fanOut: 3 }],
  [[3, 5, 20, 40], { fanIn: 300, fanOut: 600 }],
  [[7, 40, 30], { fanIn: 280, fanOut: 210 }],
  [[10_000], { fanIn: 10_000, fanOut: 10_000 }],
];

/** Deviations of an estimate that are no coincidence; the numbers are the same in every run. */
const sigmas = 5;

/** The laws of initializers: mean, deviation and limits for every kernel shape, numbers that seed and path decide alone, recipes that come back. */
export function initializerSuite(
  cases: Readonly<Record<string, InitializerCase>>,
  { describe, test }: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("initializerSuite", options);
  for (const [name, row] of Object.entries(cases)) {
    describe(name, () => {
      for (const [shape, fans] of kernels) {
        test(`has its mean, deviation and limits for [${shape.join(", ")}]`, () =>
          momentsLaw(row, shape, fans, backend));
      }
      test("gives the same numbers for the same seed and path, others for others", () => seedLaw(row, backend));
      test("comes back from its recipe", () => void recipeLaw(row.make(), plugins));
    });
  }
}

/** A layer that is one parameter. */
function parameterOf(path: string, shape: Shape, initializer: Initializer): Layer {
  return {
    build(input, make) {
      make.parameter(path, shape, { initializer });
      return { output: input, call: (x) => x };
    },
  };
}

async function numbersOf(
  row: InitializerCase,
  shape: Shape,
  backend: Backend,
  { seed = 1, path = "kernel" } = {},
): Promise<readonly number[]> {
  const model = build(parameterOf(path, shape, row.make()), { input: [1], seed, dtype: "float64", backend });
  return Array.from(await model.parameters[0]!.variable.data());
}

async function momentsLaw(row: InitializerCase, shape: Shape, fans: Fans, backend: Backend): Promise<void> {
  const { mean = 0, limits } = row;
  const deviation = row.deviation(fans);
  const numbers = await numbersOf(row, shape, backend);
  const count = numbers.length;
  const found = numbers.reduce((total, value) => total + value, 0) / count;
  const spread = Math.sqrt(numbers.reduce((total, value) => total + (value - mean) ** 2, 0) / count);
  const rounding = 1e-9 * (Math.abs(mean) + deviation);
  // The deviation of normal numbers is known to 1 / sqrt(2 count) of itself; that of bounded ones is better known.
  within("the deviation", spread, deviation, (sigmas * deviation) / Math.sqrt(2 * count) + rounding);
  within("the mean", found, mean, (sigmas * deviation) / Math.sqrt(count) + rounding);
  if (limits === undefined) return;
  const [low, high] = limits(fans);
  const outside = numbers.find((value) => value < low || value > high);
  if (outside !== undefined) throw new Error(`${outside} is outside of ${low} to ${high}`);
}

function within(name: string, found: number, expected: number, allowed: number): void {
  if (Math.abs(found - expected) <= allowed) return;
  throw new Error(`${name} is ${found}, expected ${expected} within ${allowed.toPrecision(2)}`);
}

async function seedLaw(row: InitializerCase, backend: Backend): Promise<void> {
  const shape = [4, 5];
  const first = await numbersOf(row, shape, backend);
  const same = (others: readonly number[]): boolean => others.every((value, at) => value === first[at]);
  if (!same(await numbersOf(row, shape, backend))) throw new Error("the same seed gives other numbers");
  if (row.deviation({ fanIn: 4, fanOut: 5 }) === 0) return;
  if (same(await numbersOf(row, shape, backend, { seed: 2 }))) throw new Error("another seed gives the same numbers");
  if (same(await numbersOf(row, shape, backend, { path: "other" })))
    throw new Error("another path gives the same numbers");
}
