import { checkTensor } from "./apply.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { ReduceOptions, Tensor } from "../tensor/tensor.ts";
import { axesOf, sum } from "./axes.ts";
import { div, mul, sub } from "./elementwise.ts";
import { euclideanNorm } from "./euclidean-norm.ts";
import { toFloat } from "./operands.ts";
import { mean } from "./reduce.ts";

/** Which axes to reduce, and what is subtracted from the count before dividing by it. */
export interface VarianceOptions extends ReduceOptions {
  /** 0 (default, as NumPy) divides by the count; 1 (as PyTorch's default) by one less, which is unbiased for a sample. */
  readonly correction?: number;
}

/**
 * The mean square distance from the mean along the axes (all if left out); of integers in float32, NaN where the divisor is not
 * above 0. Sums come first: where that of the numbers overflows it is infinite.
 */
export function variance(x: Tensor, { correction = 0, ...options }: VarianceOptions = {}): Tensor {
  checkTensor("variance", x);
  const { distance, axis, divisor } = spread("variance", x, options.axis, correction);
  return div(sum(mul(distance, distance), { ...options, axis }), divisor);
}

/** The square root of the variance, without overflow between but for the mean's; where all numbers are equal its gradient is 0. */
export function standardDeviation(x: Tensor, { correction = 0, ...options }: VarianceOptions = {}): Tensor {
  checkTensor("standardDeviation", x);
  const { distance, axis, divisor } = spread("standardDeviation", x, options.axis, correction);
  return div(euclideanNorm(distance, { ...options, axis }), Math.sqrt(divisor));
}

/** The distances from the mean along the axes, and what their squares are divided by. */
function spread(
  name: string,
  x: Tensor,
  along: ReduceOptions["axis"],
  correction: number,
): { readonly distance: Tensor; readonly axis: readonly number[]; readonly divisor: number } {
  const axis = axesOf(name, along, x.rank);
  const numbers = toFloat(name, x);
  const count = sizeOf(axis.map((at) => x.shape[at]!));
  return {
    distance: sub(numbers, mean(numbers, { axis, keepDims: true })),
    axis,
    divisor: Math.max(count - correction, 0),
  };
}
