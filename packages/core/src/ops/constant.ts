import type { TypedArray } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type NestedArray, newLeaf, tensor, type TensorOptions } from "./creation.ts";

/**
 * A tensor of given numbers, taken as `tensor` takes them, that becomes part of every program it is used in: other numbers make another program.
 * For small tables that stay the same; data that changes is a `tensor`.
 */
export function constant(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const given = tensor(values, options);
  const { data } = given.storage as { readonly data: TypedArray };
  return newLeaf({ kind: "constant", data }, given);
}
