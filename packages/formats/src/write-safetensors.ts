import { type DType, GradloomError } from "@gradloom/core";
import { checkLimit } from "./limits.ts";
import type { Safetensors, StoredTensor } from "./safetensors.ts";
import { showPath } from "./show-path.ts";
import { sizeInFile, storedDTypes } from "./stored-dtypes.ts";

const storedNames: ReadonlyMap<DType, string> = /*#__PURE__*/ new Map(
  /*#__PURE__*/ [...storedDTypes].map(([name, { dtype }]) => [dtype, name]),
);

/**
 * The bytes of a safetensors file: the header's length (uint64), the header (JSON), the numbers, all little-endian. Tensors lie by size of
 * their numbers, then by name, so that each is aligned and the same content gives the same bytes.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  checkNames(tensors.keys(), tensors.size + 1);
  checkNames(metadata.keys(), metadata.size);
  // Before JSON is made of it: characters of which each takes a byte or more.
  checkLimit("header", charactersIn(tensors.keys()) + charactersIn(metadata.keys()) + charactersIn(metadata.values()));
  const rows = [...tensors];
  rows.sort(([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || compareText(a, b));
  const header = new Map<string, unknown>([
    ["__metadata__", Object.fromEntries([...metadata].toSorted(([a], [b]) => compareText(a, b)))],
  ]);
  let end = 0;
  for (const [name, stored] of rows) {
    if (name === "__metadata__") throw reservedName();
    const begin = end;
    end += checkedSize(name, stored);
    header.set(name, { dtype: storedNames.get(stored.dtype), shape: stored.shape, data_offsets: [begin, end] });
  }
  checkLimit("numbers", end);
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  checkLimit("header", start - 8);
  return joined(
    text,
    start,
    rows.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
}

function checkNames(names: Iterable<string>, count: number): void {
  checkLimit("entries", count);
  for (const name of names) checkLimit("name", name.length);
}

function charactersIn(texts: Iterable<string>): number {
  let count = 0;
  for (const { length } of texts) count += length;
  return count;
}

/** The bytes that the numbers of a tensor take, which must be those that its shape tells. */
function checkedSize(name: string, { dtype, shape, data }: StoredTensor): number {
  const stored = storedDTypes.get(storedNames.get(dtype) ?? "");
  const whole = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (
    stored === undefined ||
    !whole ||
    data[Symbol.toStringTag] !== stored.array.name ||
    data.byteLength !== sizeInFile(shape, stored)
  )
    throw new GradloomError(
      "tensor-size",
      `safetensors: ${showPath(name)} is ${dtype} [${shape.join(", ")}] and has ${data.length} numbers in a ${data[Symbol.toStringTag]}; the numbers must be those of the shape, in an array of the dtype`,
    );
  return data.byteLength;
}

/** The parts of a file end to end; the header is filled up with spaces to `start`. */
function joined(header: Uint8Array, start: number, numbers: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, part) => sum + part.length, start));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(header, 8);
  let at = start;
  for (const part of numbers) {
    bytes.set(part, at);
    at += part.length;
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
