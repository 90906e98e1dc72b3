import { GradloomError } from "../errors/gradloom-error.ts";
import { checkValue, type Rule } from "../errors/options.ts";
import { oneOf } from "../errors/rules.ts";
import { showValue, tagOf } from "../errors/show-value.ts";

/** The arrays that hold numbers on the host; the pixels of an `ImageData` are clamped on their way in only, so they are uint8 as others are. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | Uint8ClampedArray;

/** How the numbers of a tensor are represented. `uint8` is for storage (images): cast it before computing. */
export type DType = "float32" | "float64" | "int32" | "uint32" | "bool" | "uint8";

/** What the promotion rules look at; `storage` takes part in movement and casts only. */
export type DTypeClass = "bool" | "integer" | "float" | "storage";

interface DTypeRow {
  readonly class: DTypeClass;
  /** Place in the promotion order bool < int32, uint32 < float32 < float64. */
  readonly rank: number;
  readonly bytes: number;
  /** The least and the greatest whole number, of the dtypes that hold whole numbers only. */
  readonly range?: readonly [number, number];
  readonly array: {
    new (length: number): TypedArray;
    new (values: ArrayLike<number>): TypedArray;
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  };
}

/** The one table of dtypes: class, promotion rank, bytes per element and host array. */
export const dtypes: { readonly [Name in DType]: DTypeRow } = {
  bool: { class: "bool", rank: 0, bytes: 1, array: Uint8Array },
  int32: { class: "integer", rank: 1, bytes: 4, range: [-(2 ** 31), 2 ** 31 - 1], array: Int32Array },
  uint32: { class: "integer", rank: 1, bytes: 4, range: [0, 2 ** 32 - 1], array: Uint32Array },
  float32: { class: "float", rank: 2, bytes: 4, array: Float32Array },
  float64: { class: "float", rank: 3, bytes: 8, array: Float64Array },
  uint8: { class: "storage", rank: -1, bytes: 1, range: [0, 255], array: Uint8Array },
};

/** One of the dtypes. */
export const anyDType: Rule<DType> = /*#__PURE__*/ oneOf("bool", "int32", "uint32", "float32", "float64", "uint8");

/** A dtype through which gradients flow. */
export const floatDType: Rule<"float32" | "float64"> = /*#__PURE__*/ oneOf("float32", "float64");

/** The dtype a typed array of any realm is taken as; of arrays of 16 or 64 bits, `undefined`. */
export function dtypeOf(data: ArrayBufferView): DType | undefined {
  const name = tagOf(data)
    .replace(/(Clamped)?Array/, "")
    .toLowerCase();
  return anyDType.holds(name) ? name : undefined;
}

/** Whether a number is one of the dtype's: floats round and bool is x != 0, so they take any; the others take the whole numbers in their range. */
export function holds(dtype: DType, value: number): boolean {
  const { range } = dtypes[dtype];
  return range === undefined || (Number.isInteger(value) && value >= range[0] && value <= range[1]);
}

/** The number as the dtype holds it; an error that names the place where it does not. */
export function held(name: string, value: number, dtype: DType, place = "the number"): number {
  const { range } = dtypes[dtype];
  if (typeof value === "number" && holds(dtype, value)) return dtype === "bool" && value !== 0 ? 1 : value;
  // Why: Whole numbers do not wrap, saturate or lose a fraction on their way into a tensor. Take another dtype, round or clip the numbers
  // first; `cast` does saturate and truncate.
  throw new GradloomError(
    "dtype-range",
    `${name}: ${place} is ${showValue(value)}, which ${dtype} does not hold; give ${range === undefined ? "a number" : `whole numbers from ${range[0]} to ${range[1]}`}`,
  );
}

/** Throws unless it names a dtype. */
export function checkDType(name: string, dtype: DType): void {
  checkValue(name, "dtype", anyDType, dtype);
}

/** Whether gradients flow through numbers of this dtype. */
export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].class === "float";
}
