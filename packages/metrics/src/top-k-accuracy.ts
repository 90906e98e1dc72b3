import {
  define,
  type FactoryOf,
  less,
  lessEqual,
  logicalNot,
  type Metric,
  oneHot,
  sum,
  where,
  wholeNumber,
} from "@gradloom/core";
import { classesOf } from "./classes-of.ts";
import { sampleMean, whereKnown } from "./sample-mean.ts";

/** Options of `topKAccuracy`. */
export interface TopKAccuracyOptions {
  /** How many guesses there are; 5 if left out. */
  readonly k?: number;
}

/**
 * The share of samples whose class is among the k with the largest predictions; of equal ones, all count, and NaN
 * is never among them. Shapes as for `accuracy`.
 */
export const topKAccuracy: FactoryOf<"metric", TopKAccuracyOptions, "topKAccuracy"> = /*#__PURE__*/ define(
  "metric",
  "topKAccuracy",
  { k: wholeNumber(1) },
  ({ k = 5 }: TopKAccuracyOptions): Metric =>
    sampleMean((prediction, target) => {
      const { classes, known } = classesOf("topKAccuracy", prediction, target);
      const chosen = oneHot(classes, prediction.shape.at(-1)!, { dtype: "bool" });
      const own = sum(where(chosen, prediction, 0), { axis: -1, keepDims: true });
      return whereKnown(known, less(sum(logicalNot(lessEqual(prediction, own)), { axis: -1 }), k));
    }),
);
