import { add, define, type FactoryOf, type Regularizer } from "@gradloom/core";
import { factor } from "./factor.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";

/** Options of `l1l2`. */
export interface L1L2Options {
  /** Factor of Σ|w|; 0.01 if left out. */
  readonly l1?: number;
  /** Factor of Σw²; 0.01 if left out. */
  readonly l2?: number;
}

/** l1 · Σ|w| + l2 · Σw²: the elastic net (Zou & Hastie 2005). */
export const l1l2: FactoryOf<"regularizer", L1L2Options, "l1l2"> = /*#__PURE__*/ define(
  "regularizer",
  "l1l2",
  { l1: factor, l2: factor },
  ({ l1: first = 0.01, l2: second = 0.01 }: L1L2Options): Regularizer => {
    const [absolute, squared] = [l1({ factor: first }), l2({ factor: second })];
    return (parameter) => add(absolute(parameter), squared(parameter));
  },
);
