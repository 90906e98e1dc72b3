import { add, div, type GradientTransform, mul, pow, sqrt, sub, type Tensor } from "@gradloom/core";

/** Decay rates of the moments and the number that keeps divisions finite. */
export interface MomentOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * The gradient's running mean over the root of its running square, both corrected for starting at 0
 * (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1).
 */
export function scaleByAdam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: MomentOptions = {}): GradientTransform<{
  mean: Tensor;
  square: Tensor;
}> {
  return {
    init: (parameter) => ({ mean: parameter, square: parameter }),
    update(gradient, { state, count }) {
      const mean = add(mul(state.mean, beta1), mul(gradient, 1 - beta1));
      const square = add(mul(state.square, beta2), mul(mul(gradient, gradient), 1 - beta2));
      const meanNow = div(mean, sub(1, pow(beta1, count)));
      const squareNow = div(square, sub(1, pow(beta2, count)));
      return { update: div(meanNow, add(sqrt(squareNow), epsilon)), state: { mean, square } };
    },
  };
}
