import { GradloomError, show } from "../errors/gradloom-error.ts";
import { type DType, dtypeOf, dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Device } from "../tensor/device.ts";
import type { Storage, Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import { leafNode } from "../tensor/node.ts";
import { broadcastTo } from "./axes.ts";
import { GraphTensor } from "./graph-tensor.ts";

/** Numbers in nested arrays, all rows of one length. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Options for making a tensor: its shape (of flat data) and dtype. */
export interface TensorOptions {
  readonly shape?: Shape;
  readonly dtype?: DType;
}

/** A leaf with the given storage. */
export function newLeaf(storage: Storage, { shape, dtype }: TensorSpec, device?: Device): Tensor {
  const tensor = new GraphTensor(leafNode(device), shape, dtype);
  tensor.storage = storage;
  return tensor;
}

/**
 * A tensor of given numbers, which are copied. Number arrays are float32, booleans bool, typed arrays keep their dtype (Uint8Array is
 * uint8); nested arrays give the shape, flat data may be given one.
 */
export function tensor(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const flat = ArrayBuffer.isView(values) ? { data: values, shape: [values.length] } : flatten(values);
  const dtype =
    options.dtype ??
    (ArrayBuffer.isView(values)
      ? knownDType(values)
      : flat.data[0] !== undefined && typeof flat.data[0] === "boolean"
        ? "bool"
        : "float32");
  checkDType("tensor", dtype);
  const shape = options.shape ?? flat.shape;
  if (options.shape !== undefined && sizeOf(shape) !== flat.data.length) {
    throw new GradloomError(
      "tensor-size",
      `tensor: ${flat.data.length} values meet shape ${show(shape)}, which holds ${sizeOf(shape)}; they must agree`,
    );
  }
  return newLeaf({ kind: "host", data: converted(flat.data, dtype) }, { shape: [...shape], dtype });
}

function knownDType(values: TypedArray): DType {
  const dtype = dtypeOf(values);
  if (dtype !== undefined) return dtype;
  throw new GradloomError(
    "array-type",
    `tensor: ${(values as object).constructor.name} is not a dtype; give Float32Array, Float64Array, Int32Array, Uint32Array or Uint8Array`,
  );
}

function converted(values: ArrayLike<number | boolean>, dtype: DType): TypedArray {
  const { array, class: kind } = dtypes[dtype];
  if (kind !== "bool") return new array(values as ArrayLike<number>);
  const data = new array(values.length);
  for (let at = 0; at < values.length; at++) data[at] = values[at] === 0 || values[at] === false ? 0 : 1;
  return data;
}

/** Flattens nested arrays, which must not be ragged. */
function flatten(values: NestedArray): { readonly data: readonly (number | boolean)[]; readonly shape: Shape } {
  const shape: number[] = [];
  for (let row: NestedArray | undefined = values; Array.isArray(row); row = (row as readonly NestedArray[])[0])
    shape.push(row.length);
  const data: (number | boolean)[] = [];
  const walk = (row: NestedArray, depth: number, path: readonly number[]): void => {
    if (Array.isArray(row) ? row.length !== shape[depth] : depth !== shape.length) {
      const found = Array.isArray(row) ? `${row.length} entries` : String(row);
      const wanted = depth < shape.length ? `${shape[depth]} entries` : "a number";
      throw new GradloomError(
        "ragged",
        `tensor: the nested array is ragged: ${show(path)} has ${found} where ${wanted} must be`,
      );
    }
    if (Array.isArray(row)) row.forEach((inner: NestedArray, at) => walk(inner, depth + 1, [...path, at]));
    else if (typeof row === "number" || typeof row === "boolean") data.push(row);
    else
      throw new GradloomError(
        "not-a-number",
        `tensor: ${show(path)} is ${String(row)}; entries must be numbers or booleans`,
      );
  };
  walk(values, 0, []);
  return { data, shape };
}

/** A tensor filled with one number, which is a slot of the program until it is baked into a variable. */
export function full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
  return filled("full", shape, value, dtype);
}

function checkDType(name: string, dtype: DType): void {
  if (Object.hasOwn(dtypes, dtype)) return;
  throw new GradloomError(
    "dtype",
    `${name}: ${typeof dtype === "string" ? dtype : typeof dtype} is no dtype; there are ${Object.keys(dtypes).join(", ")}`,
  );
}

/** `full` for functions of other names. */
export function filled(name: string, shape: Shape, value: number, dtype: DType): Tensor {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new GradloomError(
      "shape",
      `${name}: ${show(shape)} is not a shape; sizes must be whole numbers of 0 or more`,
    );
  }
  checkDType(name, dtype);
  return broadcastTo(newLeaf({ kind: "number", value }, { shape: [], dtype }), shape);
}

/** A variable that starts with the given value. */
export function variable(
  initial: Tensor | NestedArray | TypedArray,
  { name = "variable" }: { readonly name?: string } = {},
): Variable {
  return new Variable(initial instanceof GraphTensor ? initial : tensor(initial as NestedArray | TypedArray), name);
}
