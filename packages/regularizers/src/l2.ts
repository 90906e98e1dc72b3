import { define, type FactoryOf, mul, type Regularizer, sum } from "@gradloom/core";
import { factor, type FactorOptions } from "./factor.ts";

/** factor · Σw², the squared Frobenius norm without a half: its gradient is 2 · factor · w (Hoerl & Kennard 1970). */
export const l2: FactoryOf<"regularizer", FactorOptions, "l2"> = /*#__PURE__*/ define(
  "regularizer",
  "l2",
  { factor },
  ({ factor: times = 0.01 }: FactorOptions): Regularizer =>
    (parameter) =>
      mul(sum(mul(parameter, parameter)), times),
);
