import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumbers, flag, rule } from "../errors/rules.ts";
import { fused } from "../tensor/operation.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, sign } from "./absolute.ts";
import { apply, checkTensor } from "./apply.ts";
import { alongAxis, axesOf, reduceAxes, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { div, equal, mul, pow, where } from "./elementwise.ts";
import { euclideanNorm } from "./euclidean-norm.ts";
import { isFinite, logicalAnd, notEqual } from "./logical.ts";
import { toFloat } from "./operands.ts";
import { min } from "./min.ts";
import { max, refuseEmpty } from "./reduce.ts";
import { countNonzero } from "./truth.ts";

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
