import { checkValue, clip, type GradientTransform, positiveNumber } from "@gradloom/core";

/** Each number of the gradient, held within ±limit. */
export function clipByValue(limit: number): GradientTransform {
  checkValue("clipByValue", "limit", positiveNumber, limit);
  return { update: (gradient) => ({ update: clip(gradient, -limit, limit) }) };
}
