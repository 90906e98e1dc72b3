import { define, type FactoryOf, type Loss, type Metric, required, valueOfKind } from "@gradloom/core";
import { sampleMean } from "./sample-mean.ts";

/** A metric of a loss, from options. */
export const lossMetric: FactoryOf<"metric", { readonly loss: Loss }, "lossOf"> = /*#__PURE__*/ define(
  "metric",
  "lossOf",
  { loss: required(valueOfKind("loss")) },
  ({ loss }: { readonly loss: Loss }): Metric =>
    sampleMean((prediction, target) => {
      loss.check?.(prediction, target);
      return loss(prediction, target);
    }),
);

/** The mean of a loss over samples, without penalties, beside the loss that is trained on: `metrics: { squared: lossOf(mse) }`. */
export function lossOf(loss: Loss): Metric {
  return lossMetric({ loss });
}
