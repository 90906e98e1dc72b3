import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumbers, finiteNumber, flag, rule } from "../errors/rules.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import { fused } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, sign } from "./absolute.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { alongAxis, axesOf, reduceAxes, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { div, equal, less, mul, pow, sqrt, sub, where } from "./elementwise.ts";
import { countNonzero, isFinite, logicalAnd, notEqual } from "./logical.ts";
import { toFloat } from "./operands.ts";
import { max, mean, min, refuseEmpty } from "./reduce.ts";

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

/**
 * The square root of a sum of squares of floats, without overflow between: `sumOf` adds up what it squares with the function that it is given. It is
 * asked three times, for large, small and ordinary numbers (Blue 1978, https://doi.org/10.1145/355769.355771), which is one pass over them.
 */
function rootOfSquares(dtype: DType, sumOf: (squares: (x: Tensor) => Tensor) => Tensor): Tensor {
  // A power of two that brings both ends of the dtype to where squares are held, and the sum below which squares are too small.
  const [scale, small] = dtype === "float64" ? [2 ** 700, 2 ** -600] : [2 ** 100, 2 ** -80];
  const sum = (by: number): Tensor =>
    sumOf((x) => {
      const scaled = by === 1 ? x : mul(x, by);
      return mul(scaled, scaled);
    });
  const plain = sum(1);
  const ofLarge = mul(sqrt(sum(1 / scale)), scale);
  const ofSmall = div(sqrt(sum(scale)), scale);
  return where(equal(plain, Infinity), ofLarge, where(less(plain, small), ofSmall, sqrt(plain)));
}

const euclideanNormOperation: Operation<None> = /*#__PURE__*/ fused<None>({
  name: "euclideanNorm",
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  compose: ([x]) => [rootOfSquares(x!.dtype, (squares) => sum(squares(x!), { axis: 1 }))],
  grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [
    () => {
      const length = where(equal(y!, 0), 1, y!);
      return mul(alongAxis(dy!, x!.shape), div(x!, alongAxis(length, x!.shape)));
    },
  ],
});

/** The square root of the sum of squares of floats along the axes (all if left out), without overflow between. Where it is 0, its gradients are 0. */
function euclideanNorm(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes("norm", x, options, (view) => apply(euclideanNormOperation, [view], none));
}

/** Which axes to reduce, and which norm to take. */
export interface NormOptions extends ReduceOptions {
  /** 2 if left out. */
  readonly ord?: number;
}

const normFields: Fields<NormOptions> = {
  axis: axisNumbers,
  keepDims: flag,
  ord: rule("a number or Infinity", (value) => typeof value === "number" && !Number.isNaN(value)),
};

/** (sum of |x|^ord)^(1/ord) of [outer, length, inner], all divided by the largest |x| (the smallest if ord is below 0) before it is raised. */
const powerNormOperation: Operation<{ readonly ord: number }> = /*#__PURE__*/ fused<{ readonly ord: number }>({
  name: "powerNorm",
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  compose: ([x], { ord }) => {
    const sizes = abs(x!);
    const leading = (ord > 0 ? max : min)(sizes, { axis: 1 });
    const divides = logicalAnd(notEqual(leading, 0), isFinite(leading));
    const ratios = div(sizes, alongAxis(where(divides, leading, 1), x!.shape));
    const total = where(divides, sum(pow(ratios, ord), { axis: 1 }), 1);
    return [mul(leading, pow(total, 1 / ord))];
  },
  grad: ({ inputs: [x], outputs: [y], incoming: [dy], attributes: { ord } }) => [
    () => {
      const zero = equal(x!, 0);
      const size = where(zero, 1, abs(x!));
      const length = where(zero, 1, alongAxis(y!, x!.shape));
      // For orders from 0 to 1, the quotient may vanish where its small powers do not.
      const slope =
        ord > 0 && ord < 1 ? mul(pow(size, ord - 1), pow(length, 1 - ord)) : pow(div(size, length), ord - 1);
      return mul(alongAxis(dy!, x!.shape), mul(sign(x!), slope));
    },
  ],
});

/**
 * The length of the vectors along the axes (all numbers as one vector if left out): sum(|x|^ord)^(1/ord), the largest |x| for Infinity, the
 * smallest for -Infinity, the count of what is not 0 for 0; without overflow between. The gradients of x = 0 are 0; an infinite vector has no
 * direction, so that its gradients are NaN. Integers become float32.
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkTensor("norm", x);
  checkOptions("norm", normFields, options);
  const { ord = 2, ...kept } = options;
  const axis = axesOf("norm", kept.axis, x.rank);
  const numbers = toFloat("norm", x);
  const along = { ...kept, axis };
  if (Math.abs(ord) === Infinity) {
    refuseEmpty("norm", x, axis);
    return ord > 0 ? max(abs(numbers), along) : min(abs(numbers), along);
  }
  if (ord === 0) return cast(countNonzero(numbers, along), numbers.dtype);
  if (ord === 1 || numbers.size === 0) return sum(abs(numbers), along);
  if (ord === 2) return euclideanNorm(numbers, along);
  return reduceAxes("norm", numbers, along, (view) => apply(powerNormOperation, [view], { ord }));
}
