import { abs, define, type FactoryOf, mul, type Regularizer, sum } from "@gradloom/core";
import { checkFactor, type FactorOptions } from "./check-factor.ts";

/** factor · Σ|w|: pulls parameters to exactly 0 (Tibshirani 1996). At 0 the slope is 0. */
export const l1: FactoryOf<"regularizer", FactorOptions, "l1"> = /*#__PURE__*/ define(
  "regularizer",
  "l1",
  ({ factor = 0.01 }: FactorOptions): Regularizer => {
    checkFactor("l1", "factor", factor);
    return (parameter) => mul(sum(abs(parameter)), factor);
  },
);
