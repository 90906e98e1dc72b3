import { type ActivationFactory, defineActivation } from "@gradloom/core";

/** x as it is: what a layer without an activation does, for where one must be named. */
export const linear: ActivationFactory<object, "linear"> = /*#__PURE__*/ defineActivation("linear", {}, (x) => x);
