import type { Regularizer } from "@gradloom/core";
import { functionCase } from "./cases/function-case.ts";
import { fromKinks } from "./input-spec.ts";
import { operationSuite } from "./operation-suite.ts";
import { recipeLaw } from "./recipe-law.ts";
import { shapes } from "./shapes.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** A regularizer as law. */
export interface RegularizerCase {
  make(): Regularizer;
  /** The penalty of a parameter with these numbers. */
  readonly formula: (values: readonly number[]) => number;
  /** Where it has no derivative; nowhere if left out. */
  readonly kinks?: readonly number[];
}

/** The laws of regularizers: a single number for parameters of every shape, by the formula, with right gradients; recipes come back. */
export function regularizerSuite(
  cases: Readonly<Record<string, RegularizerCase>>,
  runner: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("regularizerSuite", options);
  const rows = Object.entries(cases).map(([name, { make, formula, kinks = [] }]) => {
    const row = functionCase({
      settings: shapes({ minRank: 1, empty: false }),
      inputs: (shape) => [{ shape, domain: { fromKink: fromKinks(kinks) } }],
      call: ([x]) => make()(x!),
      reference: ([x]) => ({ shape: [], dtype: x!.dtype, data: [formula(Array.from(x!.data))] }),
    });
    return [name, () => row] as const;
  });
  operationSuite(Object.fromEntries(rows), runner, { backend });
  for (const [name, { make }] of Object.entries(cases)) {
    runner.describe(name, () => runner.test("comes back from its recipe", () => void recipeLaw(make(), plugins)));
  }
}
