import type { TypedArray } from "@gradloom/core";

/** Arrays of one kind and length, one after the other; at least one. */
export function concatenated(rows: readonly TypedArray[]): TypedArray {
  const first = rows[0]!;
  const kind = first.constructor as new (length: number) => TypedArray;
  const all = new kind(rows.length * first.length);
  rows.forEach((row, at) => all.set(row, at * first.length));
  return all;
}
