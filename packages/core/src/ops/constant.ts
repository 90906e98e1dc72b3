import { checkOptions } from "../errors/options.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { newLeaf } from "./creation.ts";
import { hostNumbers, tensorFields, type TensorOptions } from "./host-numbers.ts";
import type { NestedArray } from "../tensor/graph.ts";

/**
 * A tensor of given numbers, taken as `tensor` takes them, that becomes part of every program it is used in: other numbers make another program.
 * For small tables that stay the same; data that changes is a `tensor`.
 */
export function constant(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  checkOptions("constant", tensorFields, options);
  const { data, ...spec } = hostNumbers("constant", values, options);
  return newLeaf({ kind: "constant", data }, spec);
}
