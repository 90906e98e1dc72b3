import { defineLoss, type LossFactory, mul, softplus, sub } from "@gradloom/core";
import { aligned, checkAligned } from "./aligned.ts";
import { checkValues } from "./check-target.ts";
import { probabilities } from "./known-targets.ts";
import { perSample } from "./per-sample.ts";

/**
 * -(y log σ(x) + (1 - y) log(1 - σ(x))) for logits x [batch, ...] and targets y of that shape, 0, 1 or between, as log(1 + exp(x)) - x y:
 * finite for every logit, NaN for a target that is computed and not from 0 to 1. Averaged over all but the batch: [batch].
 */
export const binaryCrossEntropy: LossFactory<object, "binaryCrossEntropy"> = /*#__PURE__*/ defineLoss(
  "binaryCrossEntropy",
  {},
  (prediction, target) =>
    perSample(sub(softplus(prediction), mul(prediction, probabilities(aligned(target, prediction))))),
  ({ shape }, target) => {
    checkAligned("binaryCrossEntropy", shape, target);
    checkValues(
      "binaryCrossEntropy",
      target,
      (value) => value >= 0 && value <= 1,
      (value) => `${value}; targets go from 0 (no) to 1 (yes)`,
    );
  },
);
