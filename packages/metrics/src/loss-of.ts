import { define, type FactoryOf, GradloomError, type Loss, type Metric } from "@gradloom/core";
import { sampleMean } from "./sample-mean.ts";

/** The mean of a loss over samples, without penalties, beside the loss that is trained on: `metrics: { squared: lossOf(mse) }`. */
export const lossOf: FactoryOf<"metric", Loss, "lossOf"> = /*#__PURE__*/ define(
  "metric",
  "lossOf",
  (loss: Loss): Metric => {
    if (typeof loss !== "function")
      throw new GradloomError("metric-loss", "lossOf: there is no loss; give it one, e.g. lossOf(mse)");
    return sampleMean((prediction, target) => {
      loss.check?.(prediction, target);
      return loss(prediction, target);
    });
  },
);
