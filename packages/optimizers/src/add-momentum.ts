import { add, type GradientTransform, mul, type Tensor } from "@gradloom/core";
import { checkOptions, decayRate } from "./check-options.ts";

/** How gradients of earlier steps count. */
export interface MomentumOptions {
  /** The part of the velocity that a step keeps; 0.9 if left out. */
  readonly momentum?: number;
  /** Whether to look one step ahead (Nesterov 1983); false if left out. */
  readonly nesterov?: boolean;
}

/**
 * velocity = momentum · velocity + gradient, from 0 (Polyak 1964); with Nesterov's look ahead, gradient + momentum · velocity, in the
 * form of Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html, as PyTorch has it.
 */
export function addMomentum({ momentum = 0.9, nesterov = false }: MomentumOptions = {}): GradientTransform<{
  velocity: Tensor;
}> {
  checkOptions("sgd", decayRate, { momentum });
  return {
    init: (parameter) => ({ velocity: parameter }),
    update(gradient, { state }) {
      const velocity = add(mul(state.velocity, momentum), gradient);
      return { update: nesterov ? add(gradient, mul(velocity, momentum)) : velocity, state: { velocity } };
    },
  };
}
