import { argMax, define, equal, type FactoryOf, type Metric } from "@gradloom/core";
import { classesOf } from "./classes-of.ts";
import { sampleMean, whereKnown } from "./sample-mean.ts";

/**
 * The share of samples whose class was predicted, the largest prediction, or NaN where there is one: predictions [batch, ..., classes], targets class
 * numbers [batch, ...] or of the predictions' shape. NaN if a target names no class.
 */
export const accuracy: FactoryOf<"metric", object, "accuracy"> = /*#__PURE__*/ define(
  "metric",
  "accuracy",
  {},
  (): Metric =>
    sampleMean((prediction, target) => {
      const { classes, known } = classesOf("accuracy", prediction, target);
      return whereKnown(known, equal(argMax(prediction, { axis: -1 }), classes));
    }),
);
