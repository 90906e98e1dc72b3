import { type DType, GradloomError } from "@gradloom/core";
import type { Safetensors } from "./safetensors.ts";
import { storedDTypes } from "./stored-dtypes.ts";

const storedNames: ReadonlyMap<DType, string> = /*#__PURE__*/ new Map(
  /*#__PURE__*/ [...storedDTypes].map(([name, { dtype }]) => [dtype, name]),
);

/**
 * The bytes of a safetensors file: the header's length (uint64), the header (JSON), the numbers, all little-endian. Tensors lie by size of
 * their numbers, then by name, so that each is aligned and the same content gives the same bytes.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const rows = [...tensors].map(([name, { dtype, shape, data }]) => ({
    name,
    stored: storedNames.get(dtype)!,
    shape,
    data,
  }));
  rows.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || compareText(a.name, b.name));
  const header: [string, unknown][] = [
    ["__metadata__", Object.fromEntries([...metadata].toSorted(([a], [b]) => compareText(a, b)))],
  ];
  let end = 0;
  for (const { name, stored, shape, data } of rows) {
    if (name === "__metadata__") throw reservedName();
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: stored, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(text, 8);
  let at = start;
  for (const { data } of rows) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function reservedName(): GradloomError {
  return new GradloomError(
    "reserved-name",
    "safetensors: a tensor is named __metadata__; the format keeps that name for texts, rename it",
  );
}
