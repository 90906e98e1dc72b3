import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, required, wholeNumber } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { anyDType, type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import { broadcastShapes, resized, sameShape, seenFrom, type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { axisFields, axisOf, broadcastTo, reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { constant, newLeaf, tensor } from "./creation.ts";
import { add, equal, mul } from "./elementwise.ts";
import { onAxis } from "./movement.ts";
import { toNumber } from "./operands.ts";
import { iota } from "./ranges.ts";
import { expandDims } from "./rank.ts";
import { clip } from "./rounding.ts";

/** Whole numbers in nested arrays. */
export type NestedIndices = number | readonly NestedIndices[];

/** Places in an axis: whole numbers of any shape, as a tensor of int32, uint32 or uint8 or as data. */
export type Indices = Tensor | TypedArray | NestedIndices;

/**
 * Indices into an axis of the given length as int32. Those that the host knows are checked now, and negative ones count from the end; others
 * are clamped by the kernels that use them.
 */
function indicesInto(name: string, given: Indices, length: number): Tensor {
  const plain = typeof given === "number" || Array.isArray(given);
  const indices = given instanceof Tensor ? given : tensor(given, plain ? { dtype: "float64" } : {});
  if (!plain) checkIndexDType(name, indices);
  const { storage } = indices;
  if (storage?.kind !== "host" && storage?.kind !== "constant") return cast(indices, "int32");
  checkRange(name, storage.data, length);
  if (indices.dtype === "int32" && storage.data.every((index) => index >= 0)) return indices;
  const data = Int32Array.from(storage.data, (index) => (index < 0 ? index + length : index));
  return newLeaf({ kind: storage.kind, data }, { shape: indices.shape, dtype: "int32" });
}

/** Throws unless the indices are whole numbers. */
function checkIndexDType(name: string, { dtype }: Tensor): void {
  const kind = dtypes[dtype].class;
  if (kind === "integer" || kind === "storage") return;
  throw new GradloomError(
    "index-dtype",
    `${name}: the indices are ${dtype}; they must be whole numbers, e.g. cast(indices, "int32")`,
  );
}

function checkRange(name: string, data: TypedArray, length: number): void {
  const place = data.findIndex((index: number) => !Number.isInteger(index) || index < -length || index >= length);
  if (place < 0) return;
  const rule =
    length === 0 ? "nothing can be taken from it" : `indices must be whole numbers from ${-length} to ${length - 1}`;
  throw new GradloomError(
    "index-range",
    `${name}: index ${data[place]} (number ${place} of the indices) meets an axis of size ${length}; ${rule}`,
  );
}

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
function gatherRows(x: Tensor, indices: Tensor): Tensor {
  return apply(gatherOperation, [x, indices], none);
}

/** Adjoint of `gatherRows`: updates [outer, count, inner] -> [outer, length, inner]. */
function scatterRows(updates: Tensor, indices: Tensor, length: number): Tensor {
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

/** Where element [o, indices[o, k, i], i] of [outer, length, inner] stands in the flat numbers, [outer * count * inner]. */
function flatPlaces(indices: Tensor, length: number): Tensor {
  const [outer, , inner] = indices.shape as readonly [number, number, number];
  const row = mul(reshape(iota(outer), [outer, 1, 1]), length);
  const place = add(row, clip(indices, 0, Math.max(length - 1, 0)));
  return reshape(add(mul(place, inner), iota(inner)), [indices.size]);
}

/** Adjoint of taking along the middle axis: updates and indices [outer, count, inner] -> [outer, length, inner]. */
export function scatterAlong(updates: Tensor, indices: Tensor, length: number): Tensor {
  const [outer, , inner] = indices.shape as readonly [number, number, number];
  const flat = scatterRows(reshape(updates, [1, updates.size, 1]), flatPlaces(indices, length), outer * length * inner);
  return reshape(flat, [outer, length, inner]);
}

/**
 * Element [..., indices[..., k, ...], ...] of x at each place of the indices, along an axis (the last if left out): the other sizes of x and the
 * indices stretch to one another. Undoes and follows sorts: takeAlongAxis(x, argSort(x)) is sort(x).
 */
export function takeAlongAxis(x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("takeAlongAxis", x);
  checkOptions("takeAlongAxis", axisFields, options);
  const { axis = -1 } = options;
  const at = axisOf("takeAlongAxis", axis, x.rank);
  const length = x.shape[at]!;
  const places = indicesInto("takeAlongAxis", indices, length);
  const others = broadcastShapes(resized(x.shape, at, 1), resized(places.shape, at, 1));
  if (places.rank !== x.rank || typeof others === "number") throw mismatch(x.shape, places.shape, at);
  const shape = resized(others, at, places.shape[at]!);
  const source = broadcastTo(x, resized(others, at, length));
  const view = reshape(broadcastTo(places, shape), seenFrom(shape, at));
  return reshape(gatherRows(reshape(source, [1, source.size, 1]), flatPlaces(view, length)), shape);
}

function mismatch(x: Shape, indices: Shape, axis: number): GradloomError {
  return new GradloomError(
    "along-axis",
    `takeAlongAxis: ${show(x)} meets indices ${show(indices)} along axis ${axis}; both need as many axes, and the other sizes must be equal or 1`,
  );
}

/** Where the new axis stands in the result (last if left out), and the dtype of the result (float32 if left out). */
export interface OneHotOptions {
  readonly axis?: number;
  readonly dtype?: DType;
}

const oneHotFields: Fields<OneHotOptions> = { axis: axisNumber, dtype: anyDType };

/** 1 at each index and 0 elsewhere along a new axis of size `depth`; an index beyond it gives zeros only. Indices are int32, uint32 or uint8. */
export function oneHot(indices: Tensor, depth: number, options: OneHotOptions = {}): Tensor {
  checkTensor("oneHot", indices);
  checkOptions("oneHot", oneHotFields, options);
  const { axis = -1, dtype = "float32" } = options;
  checkIndexDType("oneHot", indices);
  if (!Number.isInteger(depth) || depth < 0) {
    throw new GradloomError(
      "one-hot-depth",
      `oneHot: the depth is ${showValue(depth)}; it must be a whole number of 0 or more`,
    );
  }
  const at = axisOf("oneHot", axis, indices.rank + 1);
  const after = new Array<number>(indices.rank - at).fill(1);
  return cast(equal(expandDims(cast(indices, "int32"), at), reshape(iota(depth), [depth, ...after])), dtype);
}
