import { GradloomError } from "../errors/gradloom-error.ts";
import { dtypes, type TypedArray } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { newLeaf, tensor } from "./creation.ts";

/** Whole numbers in nested arrays. */
export type NestedIndices = number | readonly NestedIndices[];

/** Places in an axis: whole numbers of any shape, as a tensor of int32, uint32 or uint8 or as data. */
export type Indices = Tensor | TypedArray | NestedIndices;

/**
 * Indices into an axis of the given length as int32. Those that the host knows are checked now, and negative ones count from the end; others
 * are clamped by the kernels that use them.
 */
export function indicesInto(name: string, given: Indices, length: number): Tensor {
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
export function checkIndexDType(name: string, { dtype }: Tensor): void {
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
