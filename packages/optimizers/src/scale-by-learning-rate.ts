import { type GradientTransform, mul, neg } from "@gradloom/core";

/** The last link of a chain: a step of the learning rate against the direction that arrives. */
export function scaleByLearningRate(): GradientTransform {
  return { update: (gradient, { learningRate }) => ({ update: mul(gradient, neg(learningRate)) }) };
}
