import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, flag } from "../errors/rules.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { alongAxis, axesOf, axisOf, reduceAxes, reduceFields, reshape, sum } from "./axes.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { corePrimitive } from "./core-primitive.ts";
import { div, equal, where } from "./elementwise.ts";
import { numberLike, promote, toFloat } from "./operands.ts";
import { onAxis } from "./movement.ts";

const maxOperation: Operation<None> = /*#__PURE__*/ corePrimitive("max", {
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  // Equal maxima share the gradient.
  grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [
    () => {
      const won = equal(x!, alongAxis(y!, x!.shape));
      const winners = alongAxis(sum(won, { axis: 1 }), x!.shape);
      return where(won, div(alongAxis(dy!, x!.shape), winners), numberLike(dy!, 0));
    },
  ],
  traits: { reduction: true },
});

/** The largest number along the axes (all if left out); NaN if one is NaN. Bool: whether any is true. */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("max", x);
  checkOptions("max", reduceFields, options);
  refuseEmpty("max", x, axesOf("max", options.axis, x.rank));
  return reduceAxes("max", x, options, (view) => apply(maxOperation, [view], none));
}

/** Throws if an axis to reduce is empty: no number is the largest of none. */
export function refuseEmpty(name: string, x: Tensor, axes: readonly number[]): void {
  promote(name, x.dtype, x.dtype);
  if (sizeOf(axes.map((axis) => x.shape[axis]!)) > 0) return;
  throw new GradloomError(
    "empty-reduction",
    `${name}: axes ${show(axes)} of ${show(x.shape)} are empty; there is no ${name} of no numbers`,
  );
}

/** The arithmetic mean along the axes (all if left out); of integers in float32, NaN of none. The sum comes first, and may overflow where the mean does not. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("mean", x);
  checkOptions("mean", reduceFields, options);
  const count = sizeOf(axesOf("mean", options.axis, x.rank).map((axis) => x.shape[axis]!));
  return div(sum(toFloat("mean", x), options), count);
}

const argMaxOperation: Operation<None> = /*#__PURE__*/ corePrimitive("argMax", {
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: "int32" }],
  grad: () => [null],
});

/** Which axis to look along, the flattened tensor if left out, and whether it stays with size 1. */
export interface ArgOptions {
  readonly axis?: number;
  readonly keepDims?: boolean;
}

/** Their schema. */
export const argFields: Fields<ArgOptions> = { axis: axisNumber, keepDims: flag };

/** Position of the largest number along the axis, int32; the first of equals, NaN counts as largest. Without an axis, in the flattened x. */
export function argMax(x: Tensor, options: ArgOptions = {}): Tensor {
  checkTensor("argMax", x);
  checkOptions("argMax", argFields, options);
  const { axis, keepDims = false } = options;
  const flat = axis === undefined ? reshape(x, [-1]) : x;
  const at = axisOf("argMax", axis ?? 0, flat.rank);
  refuseEmpty("argMax", flat, [at]);
  const kept = onAxis(flat, at, 1, (view) => apply(argMaxOperation, [view], none));
  return keepDims
    ? kept
    : reshape(
        kept,
        kept.shape.filter((_, other) => other !== at),
      );
}
