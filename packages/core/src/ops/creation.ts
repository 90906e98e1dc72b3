import { checkOptions, type Fields } from "../errors/options.ts";
import { text } from "../errors/rules.ts";
import type { Device, TensorSpec, Storage } from "../tensor/graph.ts";
import { checkDType, type DType, held, type TypedArray } from "../tensor/dtype.ts";
import { leaf } from "../tensor/leaf.ts";
import { checkShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import { broadcastTo } from "./axes.ts";
import { hostNumbers, tensorFields, type TensorOptions } from "./host-numbers.ts";
import { ensureMethods } from "./methods.ts";
import type { NestedArray } from "../tensor/graph.ts";

/** A leaf with the given storage. */
export function newLeaf(storage: Storage, spec: TensorSpec, device?: Device): Tensor {
  ensureMethods();
  return leaf(storage, spec, device);
}

/**
 * A tensor of given numbers, which are copied. Number arrays are float32, booleans bool, typed arrays keep their dtype (Uint8Array and
 * Uint8ClampedArray are uint8); nested arrays give the shape, flat data may be given one. Floats are rounded to the dtype, to infinity where they are
 * too large, as in NumPy; a number that another dtype does not hold is an error.
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
    initial instanceof Tensor ? initial : hostTensor("variable", initial as NestedArray | TypedArray),
    name,
  );
}
