import { add, defineLoss, type LossFactory, neg, softplus, sub } from "@gradloom/core";
import { aligned, checkAligned } from "./aligned.ts";
import { checkValues } from "./check-target.ts";
import { entropyTerm } from "./entropy-term.ts";
import { probabilities } from "./known-targets.ts";
import { perSample } from "./per-sample.ts";

/**
 * -(y log σ(x) + (1 - y) log(1 - σ(x))) for logits x [batch, ...] and targets y of that shape, 0, 1 or between. It is finite for every finite logit,
 * and 0 for an infinite one on the right side; NaN for a target that is computed and not from 0 to 1. Averaged over all but the batch: [batch].
 */
export const binaryCrossEntropy: LossFactory<object, "binaryCrossEntropy"> = /*#__PURE__*/ defineLoss(
  "binaryCrossEntropy",
  {},
  (prediction, target) => {
    const yes = probabilities(aligned(target, prediction));
    // log σ(x) = -log(1 + exp(-x)), and log(1 - σ(x)) the same of -x.
    const logOfYes = neg(softplus(neg(prediction)));
    const logOfNo = neg(softplus(prediction));
    return perSample(neg(add(entropyTerm(yes, logOfYes), entropyTerm(sub(1, yes), logOfNo))));
  },
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
