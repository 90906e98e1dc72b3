import {
  checkOptions,
  checkValue,
  type DType,
  type Fields,
  GradloomError,
  required,
  rule,
  sizes,
  text,
  type TypedArray,
} from "@gradloom/core";
import { isDetached } from "./file-bytes.ts";
import { checkLimit } from "./limits.ts";
import type { Safetensors, StoredTensor } from "./safetensors.ts";
import { showPath } from "./show-path.ts";
import { sizeInFile, storedDTypes } from "./stored-dtypes.ts";

const storedNames: ReadonlyMap<DType, string> = /*#__PURE__*/ new Map(
  /*#__PURE__*/ [...storedDTypes].map(([name, { dtype }]) => [dtype, name]),
);

const isMap = (value: unknown): boolean => value instanceof Map;

const fileFields: Fields<Safetensors> = {
  tensors: /*#__PURE__*/ required(/*#__PURE__*/ rule("a Map", isMap)),
  metadata: /*#__PURE__*/ required(/*#__PURE__*/ rule("a Map", isMap)),
};

const tensorFields: Fields<StoredTensor> = {
  dtype: /*#__PURE__*/ required(
    /*#__PURE__*/ rule("float64, float32, int32, uint32, bool or uint8", (dtype) => storedNames.has(dtype as DType)),
  ),
  shape: /*#__PURE__*/ required(sizes),
  data: /*#__PURE__*/ required(/*#__PURE__*/ rule<TypedArray>("a typed array", (data) => ArrayBuffer.isView(data))),
};

/**
 * The bytes of a safetensors file: the header's length (uint64), the header (JSON), the numbers, all little-endian. Tensors lie by size of
 * their numbers, then by name, so that each is aligned and the same content gives the same bytes.
 */
export function writeSafetensors(file: Safetensors): Uint8Array {
  checkOptions("writeSafetensors", fileFields, file);
  const { tensors, metadata } = file;
  checkNames(tensors.keys(), tensors.size + 1);
  checkNames(metadata.keys(), metadata.size);
  for (const [name, stored] of tensors)
    checkOptions(`writeSafetensors: tensor ${showPath(name)}`, tensorFields, stored);
  for (const [name, value] of metadata) checkValue("writeSafetensors", `the text ${showPath(name)}`, text, value);
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
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  checkLimit("header", start - 8);
  return joined(
    json,
    start,
    rows.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
}

function checkNames(names: Iterable<string>, count: number): void {
  checkLimit("entries", count);
  for (const name of names) {
    checkValue("writeSafetensors", "a name", text, name);
    checkLimit("name", name.length);
  }
}

function charactersIn(texts: Iterable<string>): number {
  let count = 0;
  for (const { length } of texts) count += length;
  return count;
}

/** The bytes that the numbers of a tensor take, which must be those that its shape tells. */
function checkedSize(name: string, { dtype, shape, data }: StoredTensor): number {
  const stored = storedDTypes.get(storedNames.get(dtype)!)!;
  const { buffer, byteLength } = data;
  if (data[Symbol.toStringTag] !== stored.array.name || byteLength !== sizeInFile(shape, stored) || isDetached(buffer))
    throw new GradloomError(
      "tensor-size",
      `safetensors: ${showPath(name)} is ${dtype} [${shape.join(", ")}] and has ${data.length} numbers in a ${data[Symbol.toStringTag]}; the numbers must be those of the shape, in an array of the dtype`,
    );
  return byteLength;
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
