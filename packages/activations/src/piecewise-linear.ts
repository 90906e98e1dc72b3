import { type ActivationFactory, defineActivation, finiteNumber, lessEqual, mul, where } from "@gradloom/core";

/** x as it is: what a layer without an activation does, for where one must be named. */
export const linear: ActivationFactory<object, "linear"> = /*#__PURE__*/ defineActivation("linear", {}, (x) => x);

/** max(x, 0), with slope 0 at 0 (Nair & Hinton 2010). */
export const relu: ActivationFactory<object, "relu"> = /*#__PURE__*/ defineActivation("relu", {}, (x) =>
  where(lessEqual(x, 0), 0, x),
);

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** What x is multiplied by up to and at 0; 0.01 if left out. */
  readonly slope?: number;
}

/** x above 0, slope · x elsewhere: units that are off still learn (Maas, Hannun & Ng 2013). */
export const leakyRelu: ActivationFactory<LeakyReluOptions, "leakyRelu"> = /*#__PURE__*/ defineActivation(
  "leakyRelu",
  { slope: finiteNumber() },
  (x, { slope = 0.01 }: LeakyReluOptions) => where(lessEqual(x, 0), mul(x, slope), x),
);
