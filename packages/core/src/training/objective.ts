import { GradloomError } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import type { Check } from "../model/layer.ts";
import { inDType, type Model } from "../model/model.ts";
import { tensorsIn } from "../model/shapes.ts";
import { stopGradient } from "../gradient/stop-gradient.ts";
import { reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { add, div, equal, mul, where } from "../ops/elementwise.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Loss } from "./contracts.ts";

/** What training lowers, and what came up on the way. */
export interface Objective {
  /** The weighted mean of the losses of the samples, and all penalties: []. */
  readonly objective: Tensor;
  /** Of the first output: what it is, what it should be, and how much each sample counts, all floats in the model's dtype. */
  readonly prediction: Tensor;
  readonly target: Tensor;
  readonly weights: Tensor;
  /** How much all samples count together, []. */
  readonly weight: Tensor;
  readonly updates: ReadonlyMap<Variable, Tensor>;
  readonly checks: readonly Check[];
}

/**
 * The objective of a batch, its inputs, targets and weights in a row: sum of weight * loss over the sum of weights, the penalties on parameters and
 * those that layers add. Of a sample of weight 0, neither an infinite loss nor an infinite slope counts, which times 0 would be NaN.
 */
export function objectiveOf(
  model: Model,
  losses: readonly Loss[],
  batch: readonly Tensor[],
  pass: { readonly training: boolean; readonly step?: Tensor },
): Objective {
  const inputs = batch.slice(0, -losses.length - 1);
  const { output, updates, losses: added, checks } = model.forward(inputs.length === 1 ? inputs[0]! : inputs, pass);
  const targets = batch.slice(inputs.length, -1).map((target) => inDType(target, model.dtype));
  const weights = cast(batch.at(-1)!, model.dtype);
  const predictions = tensorsIn(output);
  const weight = sum(weights);
  const divisor = divisorOf(weight);
  const absent = equal(weights, 0);
  let objective = predictions
    .map((prediction, at) => {
      const seen = where(alongBatch(absent, prediction), stopGradient(prediction), prediction);
      const loss = perSample(losses[at]!(seen, targets[at]!), prediction);
      return div(sum(where(absent, 0, mul(loss, weights))), divisor);
    })
    .reduce((a, b) => add(a, b));
  // Where no sample counts, penalties do not either, as in a step of several parts.
  const nothing = equal(weight, 0);
  for (const more of [model.penalty() ?? [], added].flat())
    objective = add(objective, where(nothing, 0, cast(more, objective.dtype)));
  return { objective, prediction: predictions[0]!, target: targets[0]!, weights, weight, updates, checks };
}

/** A number for each sample, [batch], in as many axes as what it meets has. */
function alongBatch(samples: Tensor, { rank }: Tensor): Tensor {
  return reshape(samples, [-1, ...new Array<number>(rank - 1).fill(1)]);
}

/** What weighted sums are divided by for a mean: the sum of the weights, or 1 where no sample counts, so that the mean is 0. */
export function divisorOf(weight: Tensor): Tensor {
  return where(equal(weight, 0), 1, weight);
}

/** The losses of the samples, which must be one number each. */
function perSample(loss: Tensor, prediction: Tensor): Tensor {
  if (loss instanceof Tensor && loss.rank === 1 && loss.shape[0] === prediction.shape[0]) return loss;
  const given = (loss as unknown) instanceof Tensor ? `[${loss.shape.join(", ")}]` : showValue(loss);
  throw new GradloomError(
    "loss-shape",
    `trainer: the loss gave ${given} for predictions [${prediction.shape.join(", ")}]; it must give one number for each sample, [${prediction.shape[0]}]`,
  );
}
