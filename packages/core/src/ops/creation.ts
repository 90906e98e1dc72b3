import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { sizes, text } from "../errors/rules.ts";
import { tagOf } from "../errors/show-value.ts";
import { anyDType, checkDType, type DType, dtypeOf, dtypes, held, holds, type TypedArray } from "../tensor/dtype.ts";
import type { Device, NestedArray, Storage, TensorSpec } from "../tensor/graph.ts";
import { leaf } from "../tensor/leaf.ts";
import { eachNumber, shapeOf } from "../tensor/nested-array.ts";
import { checkShape, positionOf, type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import { checkTensor } from "./apply.ts";
import { broadcastTo } from "./axes.ts";
import { ensureMethods } from "./methods.ts";
import { numberLike } from "./operands.ts";

/** Options for making a tensor: its shape (of flat data) and dtype. */
export interface TensorOptions {
  readonly shape?: Shape;
  readonly dtype?: DType;
}

/** Their schema. */
const tensorFields: Fields<TensorOptions> = { shape: sizes, dtype: anyDType };

/** A copy of what is given for numbers: as many as the shape holds, each as the dtype holds it. The one way in. */
function hostNumbers(
  name: string,
  values: NestedArray | TypedArray,
  options: TensorOptions,
): TensorSpec & { readonly data: TypedArray } {
  const isFlat = ArrayBuffer.isView(values);
  const own = isFlat ? [lengthOf(name, values)] : shapeOf(name, values);
  const { shape = own, dtype: asked } = options;
  const dtype = isFlat ? dtypeOfArray(name, values, asked) : (asked ?? dtypeOfFirst(values));
  checkDType(name, dtype);
  checkShape(name, shape);
  const count = sizeOf(own);
  if (sizeOf(shape) !== count) {
    throw new GradloomError(
      "tensor-size",
      `${name}: ${count} values meet shape ${show(shape)}, which holds ${sizeOf(shape)}; they must agree`,
    );
  }
  const data = allocated(name, shape, dtype);
  // Floats hold every number, as rounded, and each dtype those of its own arrays.
  if (isFlat && (dtypes[dtype].class === "float" || dtypeOf(values) === dtype)) data.set(values);
  else {
    let place = 0;
    const take = (value: number): void => {
      if (!holds(dtype, value)) held(name, value, dtype, show(positionOf(place, shape)));
      data[place++] = dtype === "bool" && value !== 0 ? 1 : value;
    };
    if (isFlat) for (let at = 0; at < count; at++) take(values[at]!);
    else eachNumber(name, values, own, take);
  }
  return { data, shape: [...shape], dtype };
}

/** The number of a typed array's elements. */
function lengthOf(name: string, values: TypedArray): number {
  if (values.length !== 0) return values.length;
  try {
    // Only an array that has memory may be gone through.
    values.keys();
    return 0;
  } catch {
    throw new GradloomError(
      "array-detached",
      `${name}: the ${tagOf(values)} has lost its memory, which was handed to another thread or has shrunk; copy the numbers before that`,
    );
  }
}

/** The dtype that is asked for, else that of the array; what holds no numbers has none. */
function dtypeOfArray(name: string, values: ArrayBufferView, asked: DType | undefined): DType {
  const tag = tagOf(values);
  const dtype = /^(Big|Data)/.test(tag) ? undefined : (asked ?? dtypeOf(values));
  if (dtype !== undefined) return dtype;
  throw new GradloomError(
    "array-type",
    `${name}: ${tag} is not a dtype; give Float32Array, Float64Array, Int32Array, Uint32Array or Uint8Array`,
  );
}

/** Booleans are bool, all else float32. */
function dtypeOfFirst(values: unknown): DType {
  let first = values;
  while (Array.isArray(first)) [first] = first as readonly unknown[];
  return typeof first === "boolean" ? "bool" : "float32";
}

function allocated(name: string, shape: Shape, dtype: DType): TypedArray {
  const size = sizeOf(shape);
  try {
    return new dtypes[dtype].array(size);
  } catch {
    throw new GradloomError(
      "memory",
      `${name}: ${show(shape)} needs ${size * dtypes[dtype].bytes} bytes at once, which the engine does not give; make the tensor smaller`,
    );
  }
}

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
function filled(name: string, shape: Shape, value: number, dtype: DType): Tensor {
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

/**
 * A tensor of given numbers, taken as `tensor` takes them, that becomes part of every program it is used in: other numbers make another program.
 * For small tables that stay the same; data that changes is a `tensor`.
 */
export function constant(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  checkOptions("constant", tensorFields, options);
  const { data, ...spec } = hostNumbers("constant", values, options);
  return newLeaf({ kind: "constant", data }, spec);
}

/** Zeros of a shape, float32 if no dtype is given. */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  return filled("zeros", shape, 0, dtype);
}

/** Ones of a shape, float32 if no dtype is given. */
export function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  return filled("ones", shape, 1, dtype);
}

/** One number in x's shape, and in its dtype if none is given. No gradient flows to x. */
export function fullLike(x: Tensor, value: number, dtype?: DType): Tensor {
  checkTensor("fullLike", x);
  const kind = dtype ?? x.dtype;
  checkDType("fullLike", kind);
  return broadcastTo(numberLike(x, held("fullLike", value, kind), kind), x.shape);
}

/** Zeros in x's shape, and in its dtype if none is given. */
export function zerosLike(x: Tensor, dtype?: DType): Tensor {
  return fullLike(x, 0, dtype);
}

/** Ones in x's shape, and in its dtype if none is given. */
export function onesLike(x: Tensor, dtype?: DType): Tensor {
  return fullLike(x, 1, dtype);
}
