import {
  cast,
  define,
  type FactoryOf,
  finiteNumber,
  GradloomError,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  type Metric,
  reshape,
  sameShape,
  where,
} from "@gradloom/core";
import { sampleMean, whereKnown } from "./sample-mean.ts";

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions {
  /** What a prediction must be above to mean yes: 0 if left out, which fits logits; take 0.5 for probabilities. */
  readonly threshold?: number;
}

/**
 * The share of right answers to yes or no: predictions [batch, ...], targets of that shape, of which a last axis of size 1 may be left
 * out; above 0.5 they mean yes. A prediction of NaN is wrong. Averaged over all but the batch; NaN if a target is not from 0 to 1.
 */
export const binaryAccuracy: FactoryOf<"metric", BinaryAccuracyOptions, "binaryAccuracy"> = /*#__PURE__*/ define(
  "metric",
  "binaryAccuracy",
  { threshold: finiteNumber() },
  ({ threshold = 0 }: BinaryAccuracyOptions): Metric =>
    sampleMean((prediction, target) => {
      const fits = [target.shape, [...target.shape, 1]].some((shape) => sameShape(shape, prediction.shape));
      if (!fits) {
        throw new GradloomError(
          "target-shape",
          `binaryAccuracy: predictions [${prediction.shape.join(", ")}] meet targets [${target.shape.join(", ")}]; give targets of the predictions' shape`,
        );
      }
      const wanted = reshape(cast(target, "float32"), prediction.shape);
      const known = logicalAnd(greaterEqual(wanted, 0), lessEqual(wanted, 1));
      const right = where(greater(wanted, 0.5), greater(prediction, threshold), lessEqual(prediction, threshold));
      return whereKnown(known, right);
    }),
);
