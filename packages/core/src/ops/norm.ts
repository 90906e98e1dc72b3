import { GradloomError } from "../errors/gradloom-error.ts";
import type { ReduceOptions, Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { axesOf, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal, mul, pow, where } from "./elementwise.ts";
import { toFloat } from "./operands.ts";
import { flatSqrt } from "./flat-sqrt.ts";
import { min } from "./min.ts";
import { max, refuseEmpty } from "./reduce.ts";
import { countNonzero } from "./truth.ts";

/** Which axes to reduce, and which norm to take. */
export interface NormOptions extends ReduceOptions {
  /** 2 if left out. */
  readonly ord?: number;
}

/**
 * The length of the vectors along the axes (all numbers as one vector if left out): sum(|x|^ord)^(1/ord), the largest |x| for Infinity, the
 * smallest for -Infinity, the count of what is not 0 for 0. Where it is 0, the gradients of ord 2 are 0. Integers become float32.
 */
export function norm(x: Tensor, { ord = 2, ...options }: NormOptions = {}): Tensor {
  if (Number.isNaN(ord)) throw new GradloomError("norm-order", "norm: ord is NaN; it must be a number or Infinity");
  const axis = axesOf("norm", options.axis, x.rank);
  const numbers = toFloat("norm", x);
  const along = { ...options, axis };
  if (Math.abs(ord) === Infinity) {
    refuseEmpty("norm", x, axis);
    return ord > 0 ? max(abs(numbers), along) : min(abs(numbers), along);
  }
  if (ord === 0) return cast(countNonzero(numbers, along), numbers.dtype);
  if (ord === 1) return sum(abs(numbers), along);
  if (ord === 2) return flatSqrt(sum(mul(numbers, numbers), along));
  const total = sum(pow(abs(numbers), ord), along);
  const zero = equal(total, 0);
  return where(zero, 0, pow(where(zero, 1, total), 1 / ord));
}
