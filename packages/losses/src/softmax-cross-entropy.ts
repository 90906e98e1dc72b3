import {
  add,
  cast,
  defineLoss,
  equal,
  fraction,
  GradloomError,
  greater,
  iota,
  logSoftmax,
  type LossFactory,
  mean,
  mul,
  neg,
  reshape,
  sameShape,
  type Shape,
  sum,
  type Tensor,
  where,
} from "@gradloom/core";
import { checkShape, checkTarget, checkValues } from "./check-target.ts";
import { entropyTerm } from "./entropy-term.ts";
import { isClass, probabilities, whereKnown } from "./known-targets.ts";
import { perSample } from "./per-sample.ts";

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions {
  /** The part of each target that is spread over all classes (Szegedy et al. 2016, https://arxiv.org/abs/1512.00567); 0 if left out. */
  readonly labelSmoothing?: number;
}

/**
 * -log softmax(prediction)[target], from logits [batch, ..., classes]: the negative log-likelihood of the classes. Targets are class numbers
 * [batch, ...] of any dtype, or probabilities of the prediction's shape. Positions beyond the batch are averaged: [batch]. A target that is computed and
 * is no class or no probability gives NaN. A logit of -Infinity rules a class out; one of Infinity, or nothing but -Infinity, gives NaN.
 */
export const softmaxCrossEntropy: LossFactory<SoftmaxCrossEntropyOptions, "softmaxCrossEntropy"> =
  /*#__PURE__*/ defineLoss(
    "softmaxCrossEntropy",
    { labelSmoothing: fraction },
    (prediction, target, { labelSmoothing = 0 }: SoftmaxCrossEntropyOptions) => {
      const logProbabilities = logSoftmax(prediction);
      const likelihood = likelihoodOf(logProbabilities, target);
      if (labelSmoothing === 0) return perSample(neg(likelihood));
      const spread = mul(mean(logProbabilities, { axis: -1 }), labelSmoothing);
      return perSample(neg(add(mul(likelihood, 1 - labelSmoothing), spread)));
    },
    ({ shape }, target) => check(shape, target),
  );

/** The logarithms of the probabilities of the targets, [batch, ...]. */
function likelihoodOf(logProbabilities: Tensor, target: Tensor): Tensor {
  if (target.rank === logProbabilities.rank) {
    const shares = probabilities(cast(target, logProbabilities.dtype));
    // A row of zeros, such as oneHot gives beyond its depth, names no class.
    return whereKnown(greater(sum(shares, { axis: -1 }), 0), sum(entropyTerm(shares, logProbabilities), { axis: -1 }));
  }
  const numbers = target.dtype === "uint8" ? cast(target, "int32") : target;
  const classes = reshape(cast(numbers, "int32"), [...target.shape, 1]);
  const count = logProbabilities.shape.at(-1)!;
  const chosen = equal(classes, iota(count));
  return whereKnown(isClass(numbers, count), sum(where(chosen, logProbabilities, 0), { axis: -1 }));
}

function check(shape: Shape, target: Tensor): void {
  const name = "softmaxCrossEntropy";
  checkTarget(name, target);
  const classes = shape.at(-1)!;
  if (shape.length < 2 || classes < 2) {
    throw new GradloomError(
      "class-axis",
      `${name}: predictions [${shape.join(", ")}] need a last axis with 2 classes or more; for yes or no, take binaryCrossEntropy`,
    );
  }
  const numbers = sameShape(target.shape, shape.slice(0, -1));
  const means = `class numbers [${shape.slice(0, -1).join(", ")}] or probabilities of the predictions' shape`;
  checkShape(name, shape, target, numbers || sameShape(target.shape, shape), means);
  if (numbers) {
    const holds = (label: number): boolean => Number.isInteger(label) && label >= 0 && label < classes;
    const problem = (label: number): string =>
      `class ${label}; with ${classes} classes, they are whole numbers from 0 to ${classes - 1}`;
    checkValues(name, target, holds, problem);
  } else {
    const holds = (probability: number): boolean => probability >= 0 && probability <= 1;
    checkValues(name, target, holds, (value) => `${value}; probabilities go from 0 to 1`);
  }
}
