import { type ActivationFactory, axisNumber, defineActivation, softmax as normalized } from "@gradloom/core";

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
