import { clip, type GradientTransform } from "@gradloom/core";
import { checkOptions, positiveNumber } from "./check-options.ts";

/** Each number of the gradient, held within ±limit. */
export function clipByValue(limit: number): GradientTransform {
  checkOptions("clipByValue", positiveNumber, { limit });
  return { update: (gradient) => ({ update: clip(gradient, -limit, limit) }) };
}
