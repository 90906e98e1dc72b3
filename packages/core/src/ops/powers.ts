import type { Tensor } from "../tensor/tensor.ts";
import { div, mul, pow, sqrt } from "./elementwise.ts";
import { toFloat, toNumber } from "./operands.ts";

/** x * x. Bools count as int32. */
export function square(x: Tensor): Tensor {
  const number = toNumber("square", x);
  return mul(number, number);
}

/** 1 / x; of integers in float32. */
export function reciprocal(x: Tensor): Tensor {
  return div(1, toFloat("reciprocal", x));
}

/** 1 / sqrt(x); Infinity at 0, NaN below. */
export function rsqrt(x: Tensor): Tensor {
  return div(1, sqrt(toFloat("rsqrt", x)));
}

/** 2 to the power x. */
export function exp2(x: Tensor): Tensor {
  return pow(2, toFloat("exp2", x));
}
