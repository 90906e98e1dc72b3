import { backendFields, type BackendOptions, checkOptions } from "@gradloom/core";
import type { ExtremeCase } from "./cases/extreme-case.ts";
import { floatDTypes } from "./cases/extreme-case.ts";
import { extremeLaw } from "./extreme-law.ts";
import { loopBackend } from "./loop-backend.ts";
import type { Runner } from "./suite.ts";

/** Names and their edges. */
export type ExtremeCases = Readonly<Record<string, () => ExtremeCase>>;

/** The law of the extremes: each function and its slopes are right where floats end, in both float dtypes, but for the exceptions that its row states. */
export function extremeSuite(cases: ExtremeCases, { describe, test }: Runner, options: BackendOptions = {}): void {
  checkOptions("extremeSuite", backendFields, options);
  const { backend = loopBackend() } = options;
  for (const [name, makeRow] of Object.entries(cases)) {
    describe(name, () => {
      for (const dtype of floatDTypes)
        test(`is right where floats end, with its slopes, in ${dtype}`, () => extremeLaw(makeRow(), dtype, backend));
    });
  }
}
