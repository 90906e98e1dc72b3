import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Fields } from "../errors/options.ts";
import { sizes } from "../errors/rules.ts";
import { tagOf } from "../errors/show-value.ts";
import { anyDType, checkDType, type DType, dtypeOf, dtypes, held, holds, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { checkShape, positionOf, type Shape, sizeOf } from "../tensor/shape.ts";
import type { NestedArray } from "../tensor/graph.ts";
import { eachNumber, shapeOf } from "../tensor/nested-array.ts";

/** Options for making a tensor: its shape (of flat data) and dtype. */
export interface TensorOptions {
  readonly shape?: Shape;
  readonly dtype?: DType;
}

/** Their schema. */
export const tensorFields: Fields<TensorOptions> = { shape: sizes, dtype: anyDType };

/** A copy of what is given for numbers: as many as the shape holds, each as the dtype holds it. The one way in. */
export function hostNumbers(
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
