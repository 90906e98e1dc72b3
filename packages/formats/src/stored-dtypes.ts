import type { DType, TypedArray } from "@gradloom/core";

interface StoredDType {
  readonly dtype: DType;
  readonly bytes: number;
  view(buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

/** The dtypes that a file may hold, by their safetensors names. */
export const storedDTypes: ReadonlyMap<string, StoredDType> = /*#__PURE__*/ new Map<string, StoredDType>([
  ["F64", { dtype: "float64", bytes: 8, view: (...place) => new Float64Array(...place) }],
  ["F32", { dtype: "float32", bytes: 4, view: (...place) => new Float32Array(...place) }],
  ["I32", { dtype: "int32", bytes: 4, view: (...place) => new Int32Array(...place) }],
  ["U32", { dtype: "uint32", bytes: 4, view: (...place) => new Uint32Array(...place) }],
  ["BOOL", { dtype: "bool", bytes: 1, view: (...place) => new Uint8Array(...place) }],
  ["U8", { dtype: "uint8", bytes: 1, view: (...place) => new Uint8Array(...place) }],
]);
