import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import { resized, seenFrom } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, applyAll, none, checkTensor, checkTensors } from "./apply.ts";
import { axisOf, broadcastTo, reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { numberLike, promote } from "./operands.ts";

const permuteOperation: Operation<Primitives["permute"]> = /*#__PURE__*/ corePrimitive("permute", {
  infer: ([x], { axes }) => [{ shape: axes.map((axis) => x!.shape[axis]!), dtype: x!.dtype }],
  grad: ({ incoming: [dy], attributes: { axes } }) => [
    () =>
      transpose(
        dy!,
        axes.map((_, at) => axes.indexOf(at)),
      ),
  ],
});

/** Axis i of the result is axis `axes[i]` of x; all axes reversed if left out. */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensor("transpose", x);
  const order =
    axes === undefined
      ? x.shape.map((_, axis) => x.rank - 1 - axis)
      : Array.from(Array.isArray(axes) ? axes : [axes], (axis: number) => axisOf("transpose", axis, x.rank));
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new GradloomError(
      "transpose-axes",
      `transpose: axes ${show(axes!)} meet a tensor of rank ${x.rank}; each axis must appear once`,
    );
  }
  return order.every((axis, at) => axis === at) ? x : apply(permuteOperation, [x], { axes: order });
}

const sliceOperation: Operation<Primitives["slice"]> = /*#__PURE__*/ corePrimitive("slice", {
  infer: ([x], { count }) => [{ shape: [x!.shape[0]!, count, x!.shape[2]!], dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy], attributes: { start, step } }) => [
    () => apply(padOperation, [dy!], { start, step, total: x!.shape[1]! }),
  ],
});

const padOperation: Operation<Primitives["pad"]> = /*#__PURE__*/ corePrimitive("pad", {
  infer: ([x], { total }) => [{ shape: [x!.shape[0]!, total, x!.shape[2]!], dtype: x!.dtype }],
  grad: ({ inputs: [x], incoming: [dy], attributes: { start, step } }) => [
    () => apply(sliceOperation, [dy!], { start, step, count: x!.shape[1]! }),
  ],
});

/** Applies an operation on [outer, length, inner] to one axis. */
export function onAxis(x: Tensor, axis: number, length: number, operation: (view: Tensor) => Tensor): Tensor {
  return reshape(operation(reshape(x, seenFrom(x.shape, axis))), resized(x.shape, axis, length));
}

/** Places the axis at start, start + step, ... of a longer axis of zeros. */
export function padAxis(x: Tensor, axis: number, placed: Primitives["pad"]): Tensor {
  return onAxis(x, axis, placed.total, (view) => apply(padOperation, [view], placed));
}

/** Positions start, start + step, ... of one axis; a negative step runs backwards. Bounds are those of Python's slices. */
export function sliceAxis(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  const at = axisOf("slice", axis, x.rank);
  const length = x.shape[at]!;
  if (!Number.isInteger(step) || step === 0 || !Number.isInteger(start) || Number.isNaN(end)) {
    throw new GradloomError(
      "slice-step",
      `slice: start ${start}, end ${end}, step ${step} on axis ${axis}; they must be integers and the step not 0`,
    );
  }
  if (step < 0) {
    // Python's x[start:end:-k] is the reversed axis sliced forwards.
    const mirrored = (position: number): number => length - 1 - Math.min(fromFront(position, length), length - 1);
    return sliceAxis(flip(x, at), at, mirrored(start), mirrored(end), -step);
  }
  const first = Math.min(Math.max(fromFront(start, length), 0), length);
  const last = Math.min(Math.max(fromFront(end, length), first), length);
  const count = Math.ceil((last - first) / step);
  if (count === length) return x;
  return onAxis(x, at, count, (view) => apply(sliceOperation, [view], { start: first, step, count }));
}

function fromFront(position: number, length: number): number {
  return position < 0 ? position + length : position;
}

/** The block from `starts` to before `ends`, in steps, as Python's x[start:end:step] on each axis from the front; later axes stay whole. */
export function slice(
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[] = [],
  steps: readonly number[] = [],
): Tensor {
  checkTensor("slice", x);
  for (const bounds of [starts, ends, steps]) {
    if (Array.isArray(bounds) && Array.from(bounds, (bound) => typeof bound).every((kind) => /^(num|und)/.test(kind)))
      continue;
    throw new GradloomError(
      "slice-bounds",
      `slice: ${show(bounds)} are no bounds; give a number for each axis, in lists`,
    );
  }
  const given = Math.max(starts.length, ends.length, steps.length);
  if (given > x.rank) {
    throw new GradloomError(
      "slice-rank",
      `slice: bounds for ${given} axes meet ${show(x.shape)} of rank ${x.rank}; give at most one per axis`,
    );
  }
  let result = x;
  for (let axis = 0; axis < given; axis++) {
    const step = steps[axis] ?? 1;
    const back = step < 0;
    result = sliceAxis(
      result,
      axis,
      starts[axis] ?? (back ? -1 : 0),
      ends[axis] ?? (back ? -Infinity : Infinity),
      step,
    );
  }
  return result;
}

const flipOperation: Operation<None> = /*#__PURE__*/ corePrimitive("flip", {
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy] }) => [() => apply(flipOperation, [dy!], none)],
});

/** Reverses the axis, or each of several. */
export function flip(x: Tensor, axis: number | readonly number[]): Tensor {
  checkTensor("flip", x);
  const axes = Array.from([axis].flat(), (one) => axisOf("flip", one, x.rank));
  return axes.reduce<Tensor>((result, at) => {
    return onAxis(result, at, x.shape[at]!, (view) => apply(flipOperation, [view], none));
  }, x);
}

const concatOperation: Operation<None> = /*#__PURE__*/ corePrimitive("concat", {
  infer: (inputs) => {
    const [outer, , inner] = inputs[0]!.shape as [number, number, number];
    return [
      { shape: [outer, inputs.reduce((total, { shape }) => total + shape[1]!, 0), inner], dtype: inputs[0]!.dtype },
    ];
  },
  grad: ({ inputs, incoming: [dy] }) => {
    let parts: readonly Tensor[] | undefined;
    return inputs.map((_, at) => () => {
      parts ??= applyAll(splitOperation, [dy!], { sizes: inputs.map(({ shape }) => shape[1]!) });
      return parts[at]!;
    });
  },
});

const splitOperation: Operation<Primitives["split"]> = /*#__PURE__*/ corePrimitive("split", {
  infer: ([x], { sizes }) => sizes.map((size) => ({ shape: [x!.shape[0]!, size, x!.shape[2]!], dtype: x!.dtype })),
  grad: ({ outputs, incoming }) => [
    () => {
      const some = incoming.find((dy) => dy !== undefined)!;
      const parts = outputs.map((output, at) => incoming[at] ?? broadcastTo(numberLike(some, 0), output.shape));
      return apply(concatOperation, parts, none);
    },
  ],
});

/** Joins tensors along an axis; all other sizes must agree. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors("concat", tensors);
  const first = tensors[0];
  if (first === undefined)
    throw new GradloomError("concat-empty", "concat: the list of tensors is empty; give at least one");
  const at = axisOf("concat", axis, first.rank);
  const dtype = tensors.reduce(
    (met, { dtype: other }) => (met === other ? met : promote("concat", met, other)),
    first.dtype,
  );
  let length = 0;
  for (const { shape } of tensors) {
    if (shape.length !== first.rank || shape.some((size, other) => other !== at && size !== first.shape[other])) {
      throw new GradloomError(
        "concat-shapes",
        `concat: ${show(first.shape)} meets ${show(shape)} along axis ${at}; all other sizes must be equal`,
      );
    }
    length += shape[at]!;
  }
  if (tensors.length === 1) return first;
  const views = tensors.map((x) => reshape(cast(x, dtype), seenFrom(x.shape, at)));
  return reshape(apply(concatOperation, views, none), resized(first.shape, at, length));
}

/** Cuts an axis into parts of the given sizes, or into a number of equal parts. */
export function split(x: Tensor, parts: number | readonly number[], axis = 0): readonly Tensor[] {
  checkTensor("split", x);
  const at = axisOf("split", axis, x.rank);
  const length = x.shape[at]!;
  const sizes =
    typeof parts === "number"
      ? Array.from({ length: length === 0 ? parts : Math.min(parts, length + 1) }, () => length / parts)
      : parts;
  const isList = Array.isArray(sizes) && sizes.every((size) => Number.isInteger(size) && size >= 0);
  if (!isList || sizes.reduce((a, b) => a + b, 0) !== length) {
    const what = typeof parts === "number" ? `the sizes of ${parts} equal parts` : show(sizes);
    throw new GradloomError(
      "split-sizes",
      `split: axis ${at} of ${show(x.shape)} has size ${length}; ${what} must be whole and add up to it`,
    );
  }
  const views = applyAll(splitOperation, [reshape(x, seenFrom(x.shape, at))], { sizes: [...sizes] });
  return views.map((view, part) => reshape(view, resized(x.shape, at, sizes[part]!)));
}
