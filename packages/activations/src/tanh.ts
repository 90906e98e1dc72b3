import { type ActivationFactory, defineActivation, tanh as hyperbolicTangent } from "@gradloom/core";

/** The hyperbolic tangent of x, from -1 to 1: core's `tanh` as a plugin. */
export const tanh: ActivationFactory<object, "tanh"> = /*#__PURE__*/ defineActivation("tanh", {}, (x) =>
  hyperbolicTangent(x),
);
