import { abs, define, type FactoryOf, mul, type Regularizer, sum } from "@gradloom/core";
import { factor, type FactorOptions } from "./factor.ts";

/** factor · Σ|w|: pulls parameters to exactly 0 (Tibshirani 1996). At 0 the slope is 0. */
export const l1: FactoryOf<"regularizer", FactorOptions, "l1"> = /*#__PURE__*/ define(
  "regularizer",
  "l1",
  { factor },
  ({ factor: times = 0.01 }: FactorOptions): Regularizer =>
    (parameter) =>
      mul(sum(abs(parameter)), times),
);
