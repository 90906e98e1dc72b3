/** The first key of an object that stands for what JSON has no word for: numbers that are not finite, typed arrays, an object met before. */
export const mark = "$";

/** The numbers that JSON has no word for, as marked objects spell them. */
export const oddNumbers: ReadonlyMap<string, number> = /*#__PURE__*/ new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

/** The typed arrays that options may hold, by the names of their marks. */
export const arrayTypes: ReadonlyMap<
  string,
  { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): ArrayBufferView }
> = /*#__PURE__*/ new Map<string, { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): ArrayBufferView }>([
  ["Float32Array", Float32Array],
  ["Float64Array", Float64Array],
  ["Int32Array", Int32Array],
  ["Uint32Array", Uint32Array],
  ["Uint8Array", Uint8Array],
]);
