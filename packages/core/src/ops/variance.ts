import { sizeOf } from "../tensor/shape.ts";
import type { ReduceOptions, Tensor } from "../tensor/tensor.ts";
import { axesOf, sum } from "./axes.ts";
import { div, mul, sub } from "./elementwise.ts";
import { toFloat } from "./operands.ts";
import { flatSqrt } from "./flat-sqrt.ts";
import { mean } from "./reduce.ts";

/** Which axes to reduce, and what is subtracted from the count before dividing by it. */
export interface VarianceOptions extends ReduceOptions {
  /** 0 (default, as NumPy) divides by the count; 1 (as PyTorch's default) by one less, which is unbiased for a sample. */
  readonly correction?: number;
}

/** The mean square distance from the mean along the axes (all if left out); of integers in float32, NaN where the divisor is not above 0. */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  return varianceOf("variance", x, options);
}

/** The square root of the variance; where all numbers are equal its gradient is 0. */
export function standardDeviation(x: Tensor, options: VarianceOptions = {}): Tensor {
  return flatSqrt(varianceOf("standardDeviation", x, options));
}

function varianceOf(name: string, x: Tensor, { correction = 0, ...options }: VarianceOptions): Tensor {
  const axis = axesOf(name, options.axis, x.rank);
  const numbers = toFloat(name, x);
  const distance = sub(numbers, mean(numbers, { axis, keepDims: true }));
  const count = sizeOf(axis.map((at) => x.shape[at]!));
  return div(sum(mul(distance, distance), { ...options, axis }), Math.max(count - correction, 0));
}
