import {
  type ActivationFactory,
  axisNumber,
  defineActivation,
  sigmoid as logistic,
  softmax as normalized,
  tanh as hyperbolicTangent,
} from "@gradloom/core";

/** 1 / (1 + exp(-x)), from 0 to 1: core's `sigmoid` as a plugin. */
export const sigmoid: ActivationFactory<object, "sigmoid"> = /*#__PURE__*/ defineActivation("sigmoid", {}, (x) =>
  logistic(x),
);

/** The hyperbolic tangent of x, from -1 to 1: core's `tanh` as a plugin. */
export const tanh: ActivationFactory<object, "tanh"> = /*#__PURE__*/ defineActivation("tanh", {}, (x) =>
  hyperbolicTangent(x),
);

/** Options of `softmax`. */
export interface SoftmaxOptions {
  /** The axis along which the numbers sum to 1; the last if left out. */
  readonly axis?: number;
}

/** exp(x) over its sum along an axis: core's `softmax` as a plugin. Losses take what comes before it. */
export const softmax: ActivationFactory<SoftmaxOptions, "softmax"> = /*#__PURE__*/ defineActivation(
  "softmax",
  { axis: axisNumber },
  (x, options: SoftmaxOptions) => normalized(x, options),
);
