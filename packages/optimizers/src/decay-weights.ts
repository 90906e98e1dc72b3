import { add, checkValue, finiteNumber, type GradientTransform, mul } from "@gradloom/core";

/**
 * Adds weightDecay · parameter to what arrives. After the moments and before the learning rate it is decoupled weight decay
 * (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2, line 12): the moments do not see it.
 */
export function decayWeights(weightDecay: number): GradientTransform {
  checkValue("decayWeights", "weightDecay", finiteNumber(0), weightDecay);
  return { update: (gradient, { parameter }) => ({ update: add(gradient, mul(parameter, weightDecay)) }) };
}
