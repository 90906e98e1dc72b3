import {
  cast,
  defineLoss,
  equal,
  GradloomError,
  iota,
  logSoftmax,
  type LossFactory,
  mean,
  mul,
  neg,
  reshape,
  sum,
  type Tensor,
  type TensorSpec,
  where,
} from "@gradloom/core";

/**
 * -log softmax(prediction)[target], from logits [batch, ..., classes]: the negative log-likelihood of the classes. Targets are class numbers
 * [batch, ...] of any integer dtype, or probabilities of the prediction's shape. Positions beyond the batch are averaged: [batch].
 */
export const softmaxCrossEntropy: LossFactory<object, "softmaxCrossEntropy"> = /*#__PURE__*/ defineLoss(
  "softmaxCrossEntropy",
  (prediction, target) => {
    const logProbabilities = logSoftmax(prediction);
    const losses = neg(
      target.rank === prediction.rank
        ? sum(mul(cast(target, prediction.dtype), logProbabilities), { axis: -1 })
        : sum(
            where(
              equal(reshape(cast(target, "int32"), [...target.shape, 1]), iota(prediction.shape.at(-1)!)),
              logProbabilities,
              0,
            ),
            { axis: -1 },
          ),
    );
    return perSample(losses);
  },
  checkTarget,
);

function perSample(losses: Tensor): Tensor {
  return losses.rank === 1 ? losses : mean(reshape(losses, [losses.shape[0]!, -1]), { axis: 1 });
}

function checkTarget({ shape, dtype }: TensorSpec, target: Tensor): void {
  const classes = shape.at(-1)!;
  const numbers = target.rank === shape.length - 1 && target.shape.every((size, axis) => size === shape[axis]);
  const same = target.rank === shape.length && target.shape.every((size, axis) => size === shape[axis]);
  if (!numbers && !same) {
    throw new GradloomError(
      "target-shape",
      `softmaxCrossEntropy: predictions [${shape.join(", ")}] meet targets [${target.shape.join(", ")}]; give class numbers [${shape.slice(0, -1).join(", ")}] or probabilities of the predictions' shape`,
      { shapes: [shape, target.shape], dtype },
    );
  }
  if (!numbers || target.storage?.kind !== "host") return;
  const { data } = target.storage;
  const wrong = data.findIndex((label) => !(label >= 0 && label < classes));
  if (wrong < 0) return;
  throw new GradloomError(
    "label-range",
    `softmaxCrossEntropy: target ${wrong} is class ${data[wrong]}; with ${classes} classes, numbers go from 0 to ${classes - 1}`,
    { label: data[wrong], classes },
  );
}
