import { argMax, cast, define, equal, type FactoryOf, type Metric } from "@gradloom/core";
import { checkClasses } from "./check-classes.ts";
import { sampleMean } from "./sample-mean.ts";

/** The share of samples whose class was predicted: predictions [batch, ..., classes], targets class numbers [batch, ...] or of the predictions' shape. */
export const accuracy: FactoryOf<"metric", object, "accuracy"> = /*#__PURE__*/ define(
  "metric",
  "accuracy",
  (): Metric =>
    sampleMean((prediction, target) => {
      checkClasses("accuracy", prediction.shape, target.shape);
      const wanted = target.rank === prediction.rank ? argMax(target, { axis: -1 }) : cast(target, "int32");
      return equal(argMax(prediction, { axis: -1 }), wanted);
    }),
);
