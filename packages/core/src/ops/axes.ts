import { showValue } from "../errors/show-value.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, axisNumbers, flag } from "../errors/rules.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import { broadcastShapes, sameShape, seenFrom, type Shape, sizeOf, checkShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { toNumber } from "./operands.ts";

/** An axis counted from the front; negative ones count from the end. */
export function axisOf(name: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new GradloomError(
      "axis-range",
      `${name}: axis ${showValue(axis)} meets a tensor of rank ${rank}; it must be an integer from ${-rank} to ${rank - 1}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

const reshapeOperation: Operation<{ readonly shape: Shape }> = /*#__PURE__*/ primitive({
  name: "reshape",
  infer: ([x], { shape }) => [{ shape, dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy] }) => [() => reshape(dy!, x!.shape)],
  traits: { alias: true },
});

/** The same numbers in another shape; one size may be -1 and is worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor("reshape", x);
  if (!Array.isArray(shape)) checkShape("reshape", shape);
  const known = resolveShape(x, shape);
  return sameShape(x.shape, known) ? x : apply(reshapeOperation, [x], { shape: known });
}

function resolveShape(x: Tensor, shape: Shape): Shape {
  const size = x.size;
  const open = shape.indexOf(-1);
  const whole = shape.every((length, axis) => Number.isInteger(length) && (length >= 0 || axis === open));
  const others = whole ? sizeOf(shape) * (open < 0 ? 1 : -1) : NaN;
  const fits = open < 0 ? others === size : others > 0 && size % others === 0;
  if (!whole || !fits) {
    throw new GradloomError(
      "reshape-size",
      `reshape: ${show(x.shape)} holds ${size} numbers, ${show(shape)} does not; the sizes must multiply to the same number (one may be -1)`,
    );
  }
  return open < 0 ? [...shape] : shape.map((length, axis) => (axis === open ? size / others : length));
}

const broadcastOperation: Operation<Primitives["broadcast"]> = /*#__PURE__*/ corePrimitive("broadcast", {
  infer: ([x], { shape }) => [{ shape, dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy] }) => [() => sumTo(dy!, x!.shape)],
  traits: { broadcast: true },
});

/** Repeats the axes of size 1 (and new leading ones) so that x has the shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor("broadcastTo", x);
  checkShape("broadcastTo", shape);
  if (sameShape(x.shape, shape)) return x;
  const met = broadcastShapes(x.shape, shape);
  if (typeof met === "number" || !sameShape(met, shape)) {
    throw new GradloomError(
      "broadcast-to",
      `broadcastTo: cannot stretch ${show(x.shape)} to ${show(shape)}; every size must be 1 or the target's`,
    );
  }
  const padded = [...new Array<number>(shape.length - x.rank).fill(1), ...x.shape];
  return apply(broadcastOperation, [reshape(x, padded)], { shape: [...shape] });
}

const sumOperation: Operation<None> = /*#__PURE__*/ corePrimitive("sum", {
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy] }) => [() => alongAxis(dy!, x!.shape)],
  traits: { reduction: true },
});

/** Stretches [outer, inner] along the axis that was reduced. */
export function alongAxis(reduced: Tensor, shape: Shape): Tensor {
  return broadcastTo(reshape(reduced, [shape[0]!, 1, shape[2]!]), shape);
}

/** The schema of which axes to reduce. */
export const reduceFields: Fields<ReduceOptions> = { axis: axisNumbers, keepDims: flag };

/** The schema of which axis to take. */
export const axisFields: Fields<{ readonly axis?: number }> = { axis: axisNumber };

/** Adds up the numbers along the axes (all if left out). Bool counts as int32. */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("sum", x);
  checkOptions("sum", reduceFields, options);
  return reduceAxes("sum", toNumber("sum", x), options, (view) => apply(sumOperation, [view], none));
}

/** Undoes broadcasting: sums the axes along which `shape` was stretched. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.rank - shape.length;
  const axis: number[] = [];
  for (let at = 0; at < x.rank; at++) if (at < lead || (shape[at - lead] === 1 && x.shape[at] !== 1)) axis.push(at);
  return reshape(axis.length === 0 ? x : sum(x, { axis }), shape);
}

/** The axes as a sorted list without repeats, all of them if none are given. */
export function axesOf(name: string, axis: ReduceOptions["axis"], rank: number): readonly number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, at) => at);
  if (typeof axis === "number") return [axisOf(name, axis, rank)];
  const list = Array.from(Array.isArray(axis) ? (axis as readonly number[]) : [axis as unknown as number], (at) =>
    axisOf(name, at, rank),
  );
  if (new Set(list).size !== list.length) {
    throw new GradloomError("axis-twice", `${name}: axes ${show(list)} name one axis twice; each may appear once`);
  }
  return list.sort((a, b) => a - b);
}

/** Reduces a list of axes by a reduction of the middle axis of [outer, length, inner], one run of neighbouring axes at a time. */
export function reduceAxes(name: string, x: Tensor, options: ReduceOptions, reduce: (view: Tensor) => Tensor): Tensor {
  checkTensor(name, x);
  const axes = axesOf(name, options.axis, x.rank);
  let result = x;
  let shape = x.shape;
  for (let last = axes.length - 1; last >= 0; last--) {
    let first = last;
    while (first > 0 && axes[first - 1] === axes[first]! - 1) first--;
    const start = axes[first]!;
    const merged = [
      ...shape.slice(0, start),
      sizeOf(shape.slice(start, axes[last]! + 1)),
      ...shape.slice(axes[last]! + 1),
    ];
    result = reduce(reshape(result, seenFrom(merged, start)));
    shape = [...merged.slice(0, start), ...merged.slice(start + 1)];
    last = first;
  }
  return reshape(
    result,
    options.keepDims === true ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : shape,
  );
}
