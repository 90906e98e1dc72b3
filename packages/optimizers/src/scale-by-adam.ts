import {
  add,
  checkOptions,
  div,
  expm1,
  type Fields,
  fraction,
  type GradientTransform,
  mul,
  neg,
  positiveNumber,
  sqrt,
  type Tensor,
} from "@gradloom/core";

/** Decay rates of the moments and the number that keeps divisions finite. */
export interface MomentOptions {
  /** Of the running mean of gradients; 0.9 if left out. */
  readonly beta1?: number;
  /** Of the running mean of their squares; 0.999 if left out. */
  readonly beta2?: number;
  /** Added to the root; 1e-8 if left out. */
  readonly epsilon?: number;
}

/** Their schema. */
export const momentFields: Fields<MomentOptions> = { beta1: fraction, beta2: fraction, epsilon: positiveNumber };

/**
 * The gradient's running mean over the root of its running square, both corrected for starting at 0
 * (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1, in the order of the end of section 2).
 */
export function scaleByAdam(options: MomentOptions = {}): GradientTransform<{
  mean: Tensor;
  square: Tensor;
}> {
  checkOptions("scaleByAdam", momentFields, options);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    init: (parameter) => ({ mean: parameter, square: parameter }),
    update(gradient, { state, count }) {
      const mean = add(mul(state.mean, beta1), mul(gradient, 1 - beta1));
      const square = add(mul(state.square, beta2), mul(mul(gradient, gradient), 1 - beta2));
      // The corrections are numbers, so they are taken out of the division: one for the step, one for epsilon.
      const root = sqrt(startingAtZero(beta2, count));
      const step = div(root, startingAtZero(beta1, count));
      const update = mul(div(mean, add(sqrt(square), mul(root, epsilon))), step);
      return { update, state: { mean, square } };
    },
  };
}

/** 1 - beta^count, the part of a running mean that is not its start, accurate where it is small. */
function startingAtZero(beta: number, count: Tensor): Tensor {
  return neg(expm1(mul(count, Math.log(beta))));
}
