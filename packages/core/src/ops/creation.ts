import { checkOptions, type Fields } from "../errors/options.ts";
import { text } from "../errors/rules.ts";
import type { Device } from "../tensor/device.ts";
import { checkDType, type DType, held, type TypedArray } from "../tensor/dtype.ts";
import { leafNode } from "../tensor/node.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import { checkShape, type Shape } from "../tensor/shape.ts";
import type { Storage, Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import { broadcastTo } from "./axes.ts";
import { GraphTensor } from "./graph-tensor.ts";
import { hostNumbers, tensorFields, type TensorOptions } from "./host-numbers.ts";
import type { NestedArray } from "../tensor/nested-array.ts";

/** A leaf with the given storage. */
export function newLeaf(storage: Storage, { shape, dtype }: TensorSpec, device?: Device): Tensor {
  const tensor = new GraphTensor(leafNode(device), shape, dtype);
  tensor.storage = storage;
  return tensor;
}

/**
 * A tensor of given numbers, which are copied. Number arrays are float32, booleans bool, typed arrays keep their dtype (Uint8Array is
 * uint8); nested arrays give the shape, flat data may be given one. Floats are rounded to the dtype; a number that another dtype does not hold is an error.
 */
export function tensor(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  checkOptions("tensor", tensorFields, options);
  return hostTensor("tensor", values, options);
}

/** `tensor` for functions of other names. */
export function hostTensor(name: string, values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const { data, ...spec } = hostNumbers(name, values, options);
  return newLeaf({ kind: "host", data }, spec);
}

/** A tensor filled with one number, which is a slot of the program until it is baked into a variable. */
export function full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
  return filled("full", shape, value, dtype);
}

/** `full` for functions of other names. */
export function filled(name: string, shape: Shape, value: number, dtype: DType): Tensor {
  checkShape(name, shape);
  checkDType(name, dtype);
  return broadcastTo(newLeaf({ kind: "number", value: held(name, value, dtype) }, { shape: [], dtype }), shape);
}

/** What a variable is called in messages. */
export interface VariableOptions {
  readonly name?: string;
}

const variableFields: Fields<VariableOptions> = { name: text };

/** A variable that starts with the given value. */
export function variable(initial: Tensor | NestedArray | TypedArray, options: VariableOptions = {}): Variable {
  checkOptions("variable", variableFields, options);
  const { name = "variable" } = options;
  return new Variable(
    initial instanceof GraphTensor ? initial : hostTensor("variable", initial as NestedArray | TypedArray),
    name,
  );
}
