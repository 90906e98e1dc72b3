import { div, type GradientTransform, minimum, mul, sqrt, sum, type Tensor } from "@gradloom/core";
import { checkOptions, positiveNumber } from "./check-options.ts";

/** The gradient of each parameter, shrunk to the limit where its Euclidean norm is longer. */
export function clipByNorm(limit: number): GradientTransform {
  checkOptions("clipByNorm", positiveNumber, { limit });
  return { update: (gradient) => ({ update: shrunk(gradient, sqrt(sum(mul(gradient, gradient))), limit) }) };
}

/** The gradient times limit / norm, where that is below 1. A norm of 0 divides to Infinity, which changes nothing. */
export function shrunk(gradient: Tensor, norm: Tensor, limit: number): Tensor {
  return mul(gradient, minimum(div(limit, norm), 1));
}
