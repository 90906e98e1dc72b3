import {
  add,
  checkOptions,
  type Fields,
  flag,
  fraction,
  type GradientTransform,
  mul,
  type Tensor,
} from "@gradloom/core";

/** How gradients of earlier steps count. */
export interface MomentumOptions {
  /** The part of the velocity that a step keeps; 0.9 if left out. */
  readonly momentum?: number;
  /** Whether to look one step ahead (Nesterov 1983); false if left out. */
  readonly nesterov?: boolean;
}

/** Their schema. */
export const momentumFields: Fields<MomentumOptions> = { momentum: fraction, nesterov: flag };

/**
 * velocity = momentum · velocity + gradient, from 0 (Polyak 1964); with Nesterov's look ahead, gradient + momentum · velocity, in the
 * form of Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html, as PyTorch has it.
 */
export function addMomentum(options: MomentumOptions = {}): GradientTransform<{
  velocity: Tensor;
}> {
  checkOptions("addMomentum", momentumFields, options);
  const { momentum = 0.9, nesterov = false } = options;
  return {
    init: (parameter) => ({ velocity: parameter }),
    update(gradient, { state }) {
      const velocity = add(mul(state.velocity, momentum), gradient);
      return { update: nesterov ? add(gradient, mul(velocity, momentum)) : velocity, state: { velocity } };
    },
  };
}
