import type { Registrable } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";

/** What the suites of plugins need to know besides their rows. */
export interface SuiteOptions {
  /** What the recipes of the rows refer to: the plugins that provide the values and those within their options. */
  readonly plugins: readonly Registrable[];
  /** Where to compute, float64 included; the loop backend if left out. */
  readonly backend?: Backend;
}
