import type { DType, TypedArray } from "@gradloom/core";

interface StoredDType {
  readonly dtype: DType;
  readonly array: {
    readonly BYTES_PER_ELEMENT: number;
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  };
}

/** The dtypes that a file may hold, by their safetensors names. */
export const storedDTypes: ReadonlyMap<string, StoredDType> = /*#__PURE__*/ new Map<string, StoredDType>([
  ["F64", { dtype: "float64", array: Float64Array }],
  ["F32", { dtype: "float32", array: Float32Array }],
  ["I32", { dtype: "int32", array: Int32Array }],
  ["U32", { dtype: "uint32", array: Uint32Array }],
  ["BOOL", { dtype: "bool", array: Uint8Array }],
  ["U8", { dtype: "uint8", array: Uint8Array }],
]);
