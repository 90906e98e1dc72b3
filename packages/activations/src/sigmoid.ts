import { type ActivationFactory, add, defineActivation, div, exp, less, neg, where } from "@gradloom/core";

/** 1 / (1 + exp(-x)), from 0 to 1; accurate also where it is close to 0, and never exp of a large number. */
export const sigmoid: ActivationFactory<object, "sigmoid"> = /*#__PURE__*/ defineActivation("sigmoid", (x) => {
  const negative = less(x, 0);
  const power = exp(where(negative, x, neg(x)));
  return div(where(negative, power, 1), add(power, 1));
});
