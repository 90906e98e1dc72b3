/** The arrays that hold numbers on the host. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** How the numbers of a tensor are represented. `uint8` is for storage (images): cast it before computing. */
export type DType = "float32" | "float64" | "int32" | "uint32" | "bool" | "uint8";

/** What the promotion rules look at; `storage` takes part in movement and casts only. */
export type DTypeClass = "bool" | "integer" | "float" | "storage";

interface DTypeRow {
  readonly class: DTypeClass;
  /** Place in the promotion order bool < int32, uint32 < float32 < float64. */
  readonly rank: number;
  readonly bytes: number;
  readonly array: {
    new (length: number): TypedArray;
    new (values: ArrayLike<number>): TypedArray;
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  };
}

/** The one table of dtypes: class, promotion rank, bytes per element and host array. */
export const dtypes: { readonly [Name in DType]: DTypeRow } = {
  bool: { class: "bool", rank: 0, bytes: 1, array: Uint8Array },
  int32: { class: "integer", rank: 1, bytes: 4, array: Int32Array },
  uint32: { class: "integer", rank: 1, bytes: 4, array: Uint32Array },
  float32: { class: "float", rank: 2, bytes: 4, array: Float32Array },
  float64: { class: "float", rank: 3, bytes: 8, array: Float64Array },
  uint8: { class: "storage", rank: -1, bytes: 1, array: Uint8Array },
};

/** The dtype a typed array is taken as; `Uint8ClampedArray` and the like are `undefined`. */
export function dtypeOf(data: ArrayBufferView): DType | undefined {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Uint8Array) return "uint8";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Uint32Array) return "uint32";
  return undefined;
}

/** Whether gradients flow through numbers of this dtype. */
export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].class === "float";
}
