import { chain, define, type FactoryOf, finiteNumber, type OptimizerRule } from "@gradloom/core";
import { adamFields, type AdamOptions } from "./adam.ts";
import { decayWeights } from "./decay-weights.ts";
import { scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

/** Options of `adamW`. */
export interface AdamWOptions extends AdamOptions {
  /** The part of itself that a parameter loses in a step, times the learning rate; 0.01 if left out. */
  readonly weightDecay?: number;
}

/** Adam with weight decay that the moments do not see (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2). */
export const adamW: FactoryOf<"optimizer", AdamWOptions, "adamW"> = /*#__PURE__*/ define(
  "optimizer",
  "adamW",
  { ...adamFields, weightDecay: finiteNumber(0) },
  ({ learningRate = 1e-3, weightDecay = 0.01, ...moments }: AdamWOptions): OptimizerRule =>
    chain(learningRate, scaleByAdam(moments), decayWeights(weightDecay), scaleByLearningRate()),
);
