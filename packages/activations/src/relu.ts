import { type ActivationFactory, defineActivation, lessEqual, where } from "@gradloom/core";

/** max(x, 0), with slope 0 at 0 (Nair & Hinton 2010). */
export const relu: ActivationFactory<object, "relu"> = /*#__PURE__*/ defineActivation("relu", {}, (x) =>
  where(lessEqual(x, 0), 0, x),
);
