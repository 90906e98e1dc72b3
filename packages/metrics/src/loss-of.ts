import { define, type FactoryOf, type Loss, type Metric, required, valueOfKind } from "@gradloom/core";
import { sampleMean } from "./sample-mean.ts";

/** Options of `lossOf`. */
export interface LossOfOptions {
  readonly loss: Loss;
}

/** The mean of a loss over samples, without penalties, beside the loss that is trained on: `metrics: { squared: lossOf(mse) }`. */
export const lossOf: FactoryOf<"metric", LossOfOptions, "lossOf", (loss: Loss) => Metric> = /*#__PURE__*/ define(
  "metric",
  "lossOf",
  { loss: required(valueOfKind("loss")) },
  ({ loss }: LossOfOptions): Metric =>
    sampleMean((prediction, target) => {
      loss.check?.(prediction, target);
      return loss(prediction, target);
    }),
  { call: (make) => (loss) => make({ loss }) },
);
