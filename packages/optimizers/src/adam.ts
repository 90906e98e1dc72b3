import { chain, define, type FactoryOf, type Fields, learningRateRule, type Schedule } from "@gradloom/core";
import { momentFields, type MomentOptions, scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";

/** Options of `adam`. */
export interface AdamOptions extends MomentOptions {
  /** 0.001 if left out. */
  readonly learningRate?: number | Schedule;
}

/** Their schema. */
export const adamFields: Fields<AdamOptions> = { learningRate: learningRateRule, ...momentFields };

/** Adam: each parameter at its own pace, by the moments of its gradient (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980). */
export const adam: FactoryOf<"optimizer", AdamOptions, "adam"> = /*#__PURE__*/ define(
  "optimizer",
  "adam",
  adamFields,
  ({ learningRate = 1e-3, ...moments }: AdamOptions) =>
    chain(learningRate, scaleByAdam(moments), scaleByLearningRate()),
);
