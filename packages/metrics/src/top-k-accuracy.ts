import {
  argMax,
  cast,
  define,
  equal,
  type FactoryOf,
  GradloomError,
  greater,
  iota,
  less,
  type Metric,
  reshape,
  sum,
  where,
} from "@gradloom/core";
import { checkClasses } from "./check-classes.ts";
import { sampleMean } from "./sample-mean.ts";

/** Options of `topKAccuracy`. */
export interface TopKAccuracyOptions {
  /** How many guesses there are; 5 if left out. */
  readonly k?: number;
}

/** The share of samples whose class is among the k with the largest predictions; of equal ones, all count. Shapes as for `accuracy`. */
export const topKAccuracy: FactoryOf<"metric", TopKAccuracyOptions, "topKAccuracy"> = /*#__PURE__*/ define(
  "metric",
  "topKAccuracy",
  ({ k = 5 }: TopKAccuracyOptions): Metric => {
    if (!Number.isInteger(k) || k < 1)
      throw new GradloomError("top-k", `topKAccuracy: k is ${k}; it must be a whole number of 1 or more`);
    return sampleMean((prediction, target) => {
      checkClasses("topKAccuracy", prediction.shape, target.shape);
      const wanted = target.rank === prediction.rank ? argMax(target, { axis: -1 }) : cast(target, "int32");
      const chosen = equal(reshape(wanted, [...wanted.shape, 1]), iota(prediction.shape.at(-1)!));
      const own = sum(where(chosen, prediction, 0), { axis: -1, keepDims: true });
      return less(sum(greater(prediction, own), { axis: -1 }), k);
    });
  },
);
