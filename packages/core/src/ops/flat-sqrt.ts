import type { Tensor } from "../tensor/tensor.ts";
import { equal, sqrt, where } from "./elementwise.ts";

/** Square root of a float whose gradients at 0 are 0 instead of infinite: what lengths and deviations want. */
export function flatSqrt(x: Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}
