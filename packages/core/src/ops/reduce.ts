import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, flag } from "../errors/rules.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { alongAxis, axesOf, axisOf, broadcastTo, reduceAxes, reduceFields, reshape, sum } from "./axes.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { add, div, equal, logicalNot, mul, neg, sub, where } from "./elementwise.ts";
import { concat, onAxis, sliceAxis } from "./movement.ts";
import { numberLike, promote, toFloat, toNumber } from "./operands.ts";

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
const argFields: Fields<ArgOptions> = { axis: axisNumber, keepDims: flag };

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

/** The same numbers in the opposite order: the smallest is the largest. Twice gives x again. */
function opposite(x: Tensor): Tensor {
  if (isFloat(x.dtype)) return neg(x);
  if (x.dtype === "bool") return logicalNot(x);
  // The complement, since the smallest integer has no negative.
  return sub(numberLike(x, x.dtype === "uint32" ? 2 ** 32 - 1 : -1), x);
}

/** The smallest number along the axes (all if left out); NaN if one is NaN. Bool: whether all are true. Equal minima share the gradient. */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("min", x);
  checkOptions("min", reduceFields, options);
  refuseEmpty("min", x, axesOf("min", options.axis, x.rank));
  return opposite(max(opposite(x), options));
}

/** Position of the smallest number along the axis, int32; the first of equals, NaN counts as smallest. Without an axis, in the flattened x. */
export function argMin(x: Tensor, options: ArgOptions = {}): Tensor {
  checkTensor("argMin", x);
  checkOptions("argMin", argFields, options);
  const { axis } = options;
  refuseEmpty("argMin", x, axis === undefined ? axesOf("argMin", axis, x.rank) : [axisOf("argMin", axis, x.rank)]);
  return argMax(opposite(x), options);
}

/** [outer, length, inner] -> [outer, inner]: halves are multiplied until one is left, so no gradient divides by a factor that may be 0. */
function product(x: Tensor): Tensor {
  const [outer, , inner] = x.shape as readonly [number, number, number];
  let rest = x;
  for (let length = x.shape[1]!; length > 1; length = rest.shape[1]!) {
    const half = Math.floor(length / 2);
    const pairs = mul(sliceAxis(rest, 1, 0, half), sliceAxis(rest, 1, half, 2 * half));
    rest = length % 2 === 0 ? pairs : concat([pairs, sliceAxis(rest, 1, 2 * half, length)], 1);
  }
  return rest.shape[1] === 0 ? add(sum(rest, { axis: 1 }), 1) : reshape(rest, [outer, inner]);
}

/**
 * Multiplies the numbers along the axes (all if left out); 1 of none. Bool counts as int32. Parts multiply first: their products may
 * leave the dtype where the whole does not.
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("prod", x);
  checkOptions("prod", reduceFields, options);
  return reduceAxes("prod", toNumber("prod", x), options, product);
}

const cumsumOperation: Operation<Primitives["cumsum"]> = /*#__PURE__*/ corePrimitive("cumsum", {
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy], attributes: { reverse } }) => [() => apply(cumsumOperation, [dy!], { reverse: !reverse })],
});

/** Along which axis to run, and how. */
export interface CumulativeOptions {
  /** The flattened x if left out. */
  readonly axis?: number;
  /** From the end of the axis. */
  readonly reverse?: boolean;
  /** Each place gets what comes before it, without itself. */
  readonly exclusive?: boolean;
}

/** [outer, length, inner] moved `by` places away from the start (the end if `reverse`); the places that fall free hold `value`. */
function moved(x: Tensor, by: number, value: number, reverse: boolean): Tensor {
  const [outer, length, inner] = x.shape as readonly [number, number, number];
  const filler = broadcastTo(numberLike(x, value), [outer, by, inner]);
  const kept = reverse ? sliceAxis(x, 1, by, length) : sliceAxis(x, 1, 0, length - by);
  return concat(reverse ? [kept, filler] : [filler, kept], 1);
}

const cumulativeFields: Fields<CumulativeOptions> = { axis: axisNumber, reverse: flag, exclusive: flag };

function running(
  name: string,
  x: Tensor,
  options: CumulativeOptions,
  start: number,
  run: (view: Tensor, reverse: boolean) => Tensor,
): Tensor {
  checkOptions(name, cumulativeFields, options);
  const { axis, reverse = false, exclusive = false } = options;
  const numbers = toNumber(name, axis === undefined ? reshape(x, [x.size]) : x);
  const at = axisOf(name, axis ?? 0, numbers.rank);
  return onAxis(numbers, at, numbers.shape[at]!, (view) => {
    if (view.size === 0) return view;
    const result = run(view, reverse);
    return exclusive ? moved(result, 1, start, reverse) : result;
  });
}

/** Running sums along the axis: place i holds x_0 + ... + x_i. Bool counts as int32. */
export function cumsum(x: Tensor, options: CumulativeOptions = {}): Tensor {
  checkTensor("cumsum", x);
  return running("cumsum", x, options, 0, (view, reverse) => apply(cumsumOperation, [view], { reverse }));
}

/** Running products along the axis: place i holds x_0 * ... * x_i. Bool counts as int32. */
export function cumprod(x: Tensor, options: CumulativeOptions = {}): Tensor {
  checkTensor("cumprod", x);
  return running("cumprod", x, options, 1, (view, reverse) => {
    let result = view;
    for (let by = 1; by < view.shape[1]!; by *= 2) result = mul(result, moved(result, by, 1, reverse));
    return result;
  });
}
