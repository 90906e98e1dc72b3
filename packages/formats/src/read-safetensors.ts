import { GradloomError, type Shape } from "@gradloom/core";
import { corruptFile } from "./file-error.ts";
import { HeaderReader } from "./header-reader.ts";
import type { Safetensors, StoredTensor } from "./safetensors.ts";
import { storedDTypes } from "./stored-dtypes.ts";

/** What the reference implementation accepts, in bytes; the headers of the largest models known take 60 MB. */
const headerLimit = 100_000_000;
const rankLimit = 32;

/** One tensor as the header tells of it; `begin` and `end` count from the end of the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/**
 * What a safetensors file holds, as views of its bytes where they are aligned. The file may come from anywhere: the header is checked whole
 * before anything is made of it (names that differ, sizes that agree with shapes, numbers without gaps or overlaps up to the end).
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const text = headerText(bytes);
  const { entries, metadata } = readHeader(text.header);
  checkLayout(entries, bytes.length - text.end);
  return { tensors: new Map([...entries].map(([name, entry]) => [name, view(entry, bytes, text.end)])), metadata };
}

function headerText(bytes: Uint8Array): { readonly header: string; readonly end: number } {
  if (bytes.length < 8) throw truncated(bytes.length, 8);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(headerLimit))
    throw foreign(`it would have a header of ${length} bytes, and ${headerLimit} are the limit`);
  const end = 8 + Number(length);
  if (end > 8 && bytes.length > 8 && bytes[8] !== 0x7b) throw foreign('its header does not begin with "{"');
  if (end > bytes.length) throw truncated(bytes.length, end);
  try {
    return { header: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, end)), end };
  } catch {
    throw corruptFile("the header is not UTF-8");
  }
}

function readHeader(text: string): { readonly entries: Map<string, Entry>; readonly metadata: Map<string, string> } {
  const reader = new HeaderReader(text);
  let metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  reader.object((name) => {
    if (name === "__metadata__") metadata = reader.object(() => reader.string());
    else entries.set(name, readEntry(reader, name));
  });
  reader.end();
  return { entries, metadata };
}

function readEntry(reader: HeaderReader, name: string): Entry {
  const fields = reader.object((field): unknown => {
    if (field === "dtype") return reader.string();
    if (field === "shape") return reader.list(rankLimit, () => reader.wholeNumber());
    if (field === "data_offsets") return reader.list(2, () => reader.wholeNumber());
    throw corruptFile(`${JSON.stringify(name)} has a field ${JSON.stringify(field)}, which the format does not know`);
  });
  const [dtype, shape, offsets] = ["dtype", "shape", "data_offsets"].map((field) => fields.get(field));
  const [begin, end] = (offsets ?? []) as readonly number[];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined)
    throw corruptFile(`${JSON.stringify(name)} lacks its dtype, shape or offsets`);
  return { dtype: dtype as string, shape: shape as Shape, begin, end };
}

/** Throws unless the numbers of all tensors lie end to end, have the size that their shapes say, and fill the file. */
function checkLayout(entries: ReadonlyMap<string, Entry>, available: number): void {
  let at = 0;
  for (const [name, { dtype, shape, begin, end }] of [...entries].toSorted(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    const stored = storedDTypes.get(dtype);
    if (stored === undefined) throw unknownDType(name, dtype);
    // Exact below 2^53; beyond, a rounded product cannot equal the size, which is below.
    const size = shape.reduce((product, length) => product * length, stored.array.BYTES_PER_ELEMENT);
    if (end - begin !== size)
      throw corruptFile(
        `${JSON.stringify(name)} is ${dtype} [${shape.join(", ")}], which takes ${size} bytes, and has ${end - begin}`,
      );
    if (begin !== at)
      throw corruptFile(
        `${JSON.stringify(name)} begins at byte ${begin} of the numbers, the one before it ends at ${at}`,
      );
    at = end;
  }
  if (at > available) throw truncated(available, at, "of numbers");
  if (at < available) throw corruptFile(`${available - at} bytes follow the last tensor`);
}

function view({ dtype, shape, begin, end }: Entry, bytes: Uint8Array, start: number): StoredTensor {
  const { dtype: known, array } = storedDTypes.get(dtype)!;
  const aligned = (bytes.byteOffset + start + begin) % array.BYTES_PER_ELEMENT === 0;
  const part = bytes.subarray(start + begin, start + end);
  const own = aligned ? part : new Uint8Array(part);
  const data = new array(own.buffer, own.byteOffset, own.length / array.BYTES_PER_ELEMENT);
  return { dtype: known, shape, data };
}

function foreign(problem: string): GradloomError {
  return new GradloomError(
    "file-foreign",
    `safetensors: this is not a safetensors file: ${problem}; give the bytes of a .safetensors file`,
  );
}

function truncated(length: number, wanted: number, what = "in all"): GradloomError {
  return new GradloomError(
    "file-truncated",
    `safetensors: the file ends after ${length} bytes ${what}, at least ${wanted} must be there; it is cut off, get it again`,
  );
}

function unknownDType(name: string, dtype: string): GradloomError {
  return new GradloomError(
    "file-dtype",
    `safetensors: ${JSON.stringify(name)} is ${JSON.stringify(dtype)}; the dtypes are ${[...storedDTypes.keys()].join(", ")}, convert it to one of them`,
  );
}
