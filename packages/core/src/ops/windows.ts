import { showValue } from "../errors/show-value.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, required, wholeNumber } from "../errors/rules.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import { seenFrom, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor } from "./apply.ts";
import { axisOf, reshape } from "./axes.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { toNumber } from "./operands.ts";

const windowsOperation: Operation<Primitives["windows"]> = /*#__PURE__*/ corePrimitive("windows", {
  infer: ([x], { count, size }) => [{ shape: [x!.shape[0]!, count, size, x!.shape[2]!], dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy], attributes: { stride, dilation } }) => [
    () => apply(overlapAddOperation, [dy!], { length: x!.shape[1]!, stride, dilation }),
  ],
});

const overlapAddOperation: Operation<Primitives["overlapAdd"]> = /*#__PURE__*/ corePrimitive("overlapAdd", {
  infer: ([x], { length }) => [{ shape: [x!.shape[0]!, length, x!.shape[3]!], dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy], attributes: { stride, dilation } }) => [
    () => apply(windowsOperation, [dy!], { count: x!.shape[1]!, size: x!.shape[2]!, stride, dilation }),
  ],
});

/** Which windows lie over an axis. */
export interface WindowOptions {
  readonly axis: number;
  /** Places in a window. */
  readonly size: number;
  /** From one window's start to the next's; 1 if left out. */
  readonly stride?: number;
  /** From one place of a window to the next; 1 if left out. */
  readonly dilation?: number;
}

/** How many places of the axis a window spans. */
function spanOf(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

const windowFields: Fields<WindowOptions> = {
  axis: required(axisNumber),
  size: required(wholeNumber(1)),
  stride: wholeNumber(1),
  dilation: wholeNumber(1),
};

/**
 * All windows over an axis: [before..., length, after...] -> [before..., count, size, after...], where window c holds the places
 * c * stride + w * dilation. Places after the last whole window are left out.
 */
export function slidingWindows(x: Tensor, options: WindowOptions): Tensor {
  checkTensor("slidingWindows", x);
  checkOptions("slidingWindows", windowFields, options);
  const { axis, size, stride = 1, dilation = 1 } = options;
  const at = axisOf("slidingWindows", axis, x.rank);
  const length = x.shape[at]!;
  const span = spanOf(size, dilation);
  if (length < span) {
    throw new GradloomError(
      "window-span",
      `slidingWindows: a window of ${size} places ${dilation} apart spans ${span}, axis ${at} of ${show(x.shape)} has ${length}; pad it or take smaller windows`,
    );
  }
  const count = Math.floor((length - span) / stride) + 1;
  const windows = apply(windowsOperation, [reshape(x, seenFrom(x.shape, at))], { size, stride, dilation, count });
  return reshape(windows, [...x.shape.slice(0, at), count, size, ...x.shape.slice(at + 1)]);
}

/** Where windows lie that are added up. */
export interface OverlapOptions {
  /** The axis of the windows' count; the next one holds their places. */
  readonly axis: number;
  readonly stride?: number;
  readonly dilation?: number;
  /** Of the result's axis; as long as the windows reach if left out. */
  readonly length?: number;
}

const overlapFields: Fields<OverlapOptions> = {
  axis: required(axisNumber),
  stride: wholeNumber(1),
  dilation: wholeNumber(1),
  length: wholeNumber(0),
};

/** Adjoint of `slidingWindows`: [before..., count, size, after...] -> [before..., length, after...], overlapping places add up. Bool counts as int32. */
export function overlapAdd(x: Tensor, options: OverlapOptions): Tensor {
  checkTensor("overlapAdd", x);
  checkOptions("overlapAdd", overlapFields, options);
  const { axis, stride = 1, dilation = 1, length } = options;
  const at = axisOf("overlapAdd", axis, x.rank - 1);
  const [count, size] = x.shape.slice(at) as [number, number];
  const reach = count * size === 0 ? 0 : (count - 1) * stride + spanOf(size, dilation);
  const total = length ?? reach;
  if (!Number.isInteger(total) || total < reach) {
    throw new GradloomError(
      "overlap-length",
      `overlapAdd: the length is ${showValue(total)}, the windows of ${show(x.shape)} at axis ${at} reach ${reach}; it must be a whole number of at least that`,
    );
  }
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 2)];
  const view = reshape(toNumber("overlapAdd", x), [sizeOf(before), count, size, sizeOf(after)]);
  return reshape(apply(overlapAddOperation, [view], { length: total, stride, dilation }), [...before, total, ...after]);
}
