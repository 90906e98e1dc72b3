import { checkTensor } from "./apply.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumbers, finiteNumber, flag } from "../errors/rules.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
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

const varianceFields: Fields<VarianceOptions> = { axis: axisNumbers, keepDims: flag, correction: finiteNumber() };

/**
 * The mean square distance from the mean along the axes (all if left out); of integers in float32, NaN where the divisor is not
 * above 0. Sums come first: where that of the numbers overflows it is infinite.
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkTensor("variance", x);
  const { distance, along, divisor } = spread("variance", x, options);
  return div(sum(mul(distance, distance), along), divisor);
}

/** The square root of the variance, without overflow between but for the mean's; where all numbers are equal its gradient is 0. */
export function standardDeviation(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkTensor("standardDeviation", x);
  const { distance, along, divisor } = spread("standardDeviation", x, options);
  return div(euclideanNorm(distance, along), Math.sqrt(divisor));
}

/** The distances from the mean along the axes, and what their squares are divided by. */
function spread(
  name: string,
  x: Tensor,
  options: VarianceOptions,
): { readonly distance: Tensor; readonly along: ReduceOptions; readonly divisor: number } {
  checkOptions(name, varianceFields, options);
  const { correction = 0, ...kept } = options;
  const axis = axesOf(name, kept.axis, x.rank);
  const numbers = toFloat(name, x);
  const count = sizeOf(axis.map((at) => x.shape[at]!));
  return {
    distance: sub(numbers, mean(numbers, { axis, keepDims: true })),
    along: { ...kept, axis },
    divisor: Math.max(count - correction, 0),
  };
}
