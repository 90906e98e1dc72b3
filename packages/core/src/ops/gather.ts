import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, required, wholeNumber } from "../errors/rules.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import { sameShape, seenFrom, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { axisFields, axisOf, reshape } from "./axes.ts";
import { constant } from "./constant.ts";
import { corePrimitive } from "./core-primitive.ts";
import { type Indices, indicesInto } from "./indices.ts";
import { onAxis } from "./movement.ts";
import { toNumber } from "./operands.ts";

const gatherOperation: Operation<None> = /*#__PURE__*/ corePrimitive("gather", {
  infer: ([x, indices]) => [{ shape: [x!.shape[0]!, indices!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  grad: ({ inputs: [x, indices], incoming: [dy] }) => [() => scatterRows(dy!, indices!, x!.shape[1]!), null],
});

const scatterAddOperation: Operation<Primitives["scatterAdd"]> = /*#__PURE__*/ corePrimitive("scatterAdd", {
  infer: ([updates], { length }) => [
    { shape: [updates!.shape[0]!, length, updates!.shape[2]!], dtype: updates!.dtype },
  ],
  grad: ({ inputs: [, indices], incoming: [dy] }) => [() => gatherRows(dy!, indices!), null],
});

/** x [outer, length, inner], indices int32 [count] -> [outer, count, inner]; indices are clamped. */
export function gatherRows(x: Tensor, indices: Tensor): Tensor {
  return apply(gatherOperation, [x, indices], none);
}

/** Adjoint of `gatherRows`: updates [outer, count, inner] -> [outer, length, inner]. */
export function scatterRows(updates: Tensor, indices: Tensor, length: number): Tensor {
  return apply(scatterAddOperation, [updates, indices], { length });
}

/** The slices of one axis at places that are a part of the program. */
export function gatherAxis(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const indices = constant(new Int32Array(places));
  return onAxis(x, axis, places.length, (view) => gatherRows(view, indices));
}

/**
 * The slices of x at the indices of an axis (0 if left out): [before..., length, after...] -> [before..., indices' shape..., after...]. Indices are
 * whole numbers; known ones are checked and may be negative, those that a program computes are clamped into the axis, negative ones to its start.
 */
export function gather(x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("gather", x);
  checkOptions("gather", axisFields, options);
  const { axis = 0 } = options;
  const at = axisOf("gather", axis, x.rank);
  const places = indicesInto("gather", indices, x.shape[at]!);
  const rows = gatherRows(reshape(x, seenFrom(x.shape, at)), reshape(places, [places.size]));
  return reshape(rows, [...x.shape.slice(0, at), ...places.shape, ...x.shape.slice(at + 1)]);
}

/** The length of the axis to add into, and which axis of the result it is; the first if left out. */
export interface ScatterOptions {
  readonly length: number;
  readonly axis?: number;
}

const scatterFields: Fields<ScatterOptions> = {
  length: required(wholeNumber(0)),
  axis: axisNumber,
};

/**
 * Adjoint of `gather`: [before..., indices' shape..., after...] -> [before..., length, after...]. Each slice of the updates is added to the place that
 * its index names; equal indices add up, other places are 0. Bool counts as int32.
 */
export function scatterAdd(updates: Tensor, indices: Indices, options: ScatterOptions): Tensor {
  checkTensor("scatterAdd", updates);
  checkOptions("scatterAdd", scatterFields, options);
  const { length, axis = 0 } = options;
  const places = indicesInto("scatterAdd", indices, length);
  const at = axisOf("scatterAdd", axis, Math.max(updates.rank - places.rank + 1, 1));
  const end = at + places.rank;
  if (!sameShape(updates.shape.slice(at, end), places.shape)) throw scatterMismatch(updates.shape, places.shape, at);
  const [before, after] = [updates.shape.slice(0, at), updates.shape.slice(end)];
  const rows = reshape(toNumber("scatterAdd", updates), [sizeOf(before), places.size, sizeOf(after)]);
  return reshape(scatterRows(rows, reshape(places, [places.size]), length), [...before, length, ...after]);
}

function scatterMismatch(updates: Shape, indices: Shape, axis: number): GradloomError {
  return new GradloomError(
    "scatter-shapes",
    `scatterAdd: updates ${show(updates)} meet indices ${show(indices)} at axis ${axis}; the updates must have the shape of the indices there`,
  );
}
