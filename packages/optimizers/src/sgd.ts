import {
  chain,
  define,
  type FactoryOf,
  GradloomError,
  learningRateRule,
  type OptimizerRule,
  type Schedule,
} from "@gradloom/core";
import { addMomentum, momentumFields } from "./add-momentum.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

/** Options of `sgd`. */
export interface SgdOptions {
  /** 0.01 if left out. */
  readonly learningRate?: number | Schedule;
  /** The part of the velocity that a step keeps; 0 if left out: no momentum. */
  readonly momentum?: number;
  /** Whether momentum looks one step ahead; false if left out. */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent (Robbins & Monro 1951), with momentum if asked for: parameter - learningRate · velocity. */
export const sgd: FactoryOf<"optimizer", SgdOptions, "sgd"> = /*#__PURE__*/ define(
  "optimizer",
  "sgd",
  { learningRate: learningRateRule, ...momentumFields },
  ({ learningRate = 0.01, momentum = 0, nesterov = false }: SgdOptions): OptimizerRule => {
    if (momentum !== 0) return chain(learningRate, addMomentum({ momentum, nesterov }), scaleByLearningRate());
    if (!nesterov) return chain(learningRate, scaleByLearningRate());
    throw new GradloomError(
      "optimizer-option",
      "sgd: nesterov meets a momentum of 0; it looks ahead along the momentum, so give one, e.g. { momentum: 0.9 }",
    );
  },
);
