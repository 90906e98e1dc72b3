import type { DType, Shape, TypedArray } from "@gradloom/core";
import { checkLimit } from "./limits.ts";

/** A dtype as files hold it. */
export interface StoredDType {
  readonly dtype: DType;
  readonly array: {
    readonly name: string;
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

/** The bytes that the numbers of a shape take. The sizes beside a 0 count too: no part of a shape may be beyond what a file holds. */
export function sizeInFile(shape: Shape, { array }: StoredDType): number {
  checkLimit("rank", shape.length);
  const extent = shape.reduce((product, size) => product * Math.max(size, 1), array.BYTES_PER_ELEMENT);
  checkLimit("numbers", extent);
  return shape.includes(0) ? 0 : extent;
}
