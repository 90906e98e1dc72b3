import { cast, checkValue, type GradientTransform, positiveNumber } from "@gradloom/core";
import { shrunk } from "./clip-by-norm.ts";

/** All gradients, shrunk by one factor where the Euclidean norm of them together is beyond the limit (Pascanu, Mikolov & Bengio 2013). */
export function clipByGlobalNorm(limit: number): GradientTransform {
  checkValue("clipByGlobalNorm", "limit", positiveNumber, limit);
  return {
    update: (gradient, { globalNorm }) => ({ update: shrunk(gradient, cast(globalNorm(), gradient.dtype), limit) }),
  };
}
