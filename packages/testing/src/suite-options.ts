import { anyBackend, checkOptions, type Fields, type Registrable, registrables, required } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { loopBackend } from "./loop-backend.ts";

/** What the suites of plugins need to know besides their rows. */
export interface SuiteOptions {
  /** What the recipes of the rows refer to: the plugins that provide the values and those within their options. */
  readonly plugins: readonly Registrable[];
  /** Where to compute, float64 included; the loop backend if left out. */
  readonly backend?: Backend;
}

const suiteFields: Fields<SuiteOptions> = { plugins: required(registrables), backend: anyBackend };

/** What a suite is told, with the loop backend where there is no other. */
export function suiteOptions(name: string, options: SuiteOptions): Required<SuiteOptions> {
  checkOptions(name, suiteFields, options);
  return { backend: loopBackend(), ...options };
}
