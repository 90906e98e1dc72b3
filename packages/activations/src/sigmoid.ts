import { type ActivationFactory, defineActivation, sigmoid as logistic } from "@gradloom/core";

/** 1 / (1 + exp(-x)), from 0 to 1: core's `sigmoid` as a plugin. */
export const sigmoid: ActivationFactory<object, "sigmoid"> = /*#__PURE__*/ defineActivation("sigmoid", {}, (x) =>
  logistic(x),
);
