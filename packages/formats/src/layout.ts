import { GradloomError, type Shape, showValue } from "@gradloom/core";
import { corruptFile } from "./file-error.ts";
import { JsonReader } from "./json-reader.ts";
import { checkLimit } from "./limits.ts";
import { sizeInFile, storedDTypes } from "./stored-dtypes.ts";

/** One tensor as the header tells of it; `begin` and `end` are the places of its bytes in the file. */
export interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** What the header of a file tells. */
export interface Layout {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The bytes before the numbers of a file of `size` bytes, of which the first are given: 9 of them, or all where it has fewer. */
export function headerEnd(first: Uint8Array, size: number): number {
  if (size < 8) throw truncated(size, 8);
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  const end = 8 + Number(length);
  if (end > 8 && size > 8 && first[8] !== 0x7b) throw foreign('its header does not begin with "{"');
  if (end > size) throw truncated(size, end);
  checkLimit("header", end - 8);
  return end;
}

/**
 * What the header of a file of `size` bytes tells, checked whole before anything is made of it: names that differ, sizes that agree with
 * shapes, numbers without gaps or overlaps up to the end. `bytes` begin the file and hold its header.
 */
export function readLayout(bytes: Uint8Array, size: number): Layout {
  const start = headerEnd(bytes, size);
  const reader = new JsonReader(textOf(bytes.subarray(8, start)), "the header");
  let metadata: ReadonlyMap<string, string> = new Map();
  const entries = new Map<string, Entry>();
  reader.object((name, index) => {
    checkName(name, index);
    if (name === "__metadata__") metadata = readTexts(reader);
    else entries.set(name, readEntry(reader, name, start));
  });
  reader.end();
  checkPlaces(entries, start, size);
  return { entries, metadata };
}

function textOf(header: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw corruptFile("the header is not UTF-8");
  }
}

function readTexts(reader: JsonReader): ReadonlyMap<string, string> {
  return reader.object((name, index) => {
    checkName(name, index);
    return reader.string();
  });
}

function checkName(name: string, index: number): void {
  checkLimit("name", name.length);
  checkLimit("entries", index + 1);
}

function readEntry(reader: JsonReader, name: string, start: number): Entry {
  const fields = reader.object((field): unknown => {
    if (field === "dtype") return reader.string();
    if (field === "shape") return readSizes(reader);
    if (field === "data_offsets") return readSizes(reader);
    throw corruptFile(`${showValue(name)} has a field ${showValue(field)}, which the format does not know`);
  });
  const [dtype, shape, offsets] = ["dtype", "shape", "data_offsets"].map((field) => fields.get(field));
  const [begin, end, ...more] = (offsets ?? []) as readonly number[];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined || more.length > 0)
    throw corruptFile(`${showValue(name)} does not tell its dtype, its shape and two offsets`);
  return { dtype: dtype as string, shape: shape as Shape, begin: start + begin, end: start + end };
}

function readSizes(reader: JsonReader): readonly number[] {
  return reader.list((index) => {
    checkLimit("rank", index + 1);
    return reader.wholeNumber();
  });
}

/** Throws unless the numbers of all tensors lie end to end, have the size that their shapes say, and fill the file. */
function checkPlaces(entries: ReadonlyMap<string, Entry>, start: number, size: number): void {
  checkLimit("numbers", size - start);
  let at = start;
  for (const [name, { dtype, shape, begin, end }] of [...entries].toSorted(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    const stored = storedDTypes.get(dtype);
    if (stored === undefined) throw unknownDType(name, dtype);
    const bytes = sizeInFile(shape, stored);
    if (end - begin !== bytes)
      throw corruptFile(
        `${showValue(name)} is ${dtype} [${shape.join(", ")}], which takes ${bytes} bytes, and has ${end - begin}`,
      );
    if (begin !== at)
      throw corruptFile(
        `${showValue(name)} begins at byte ${begin - start} of the numbers, the one before it ends at ${at - start}`,
      );
    at = end;
  }
  if (at > size) throw truncated(size - start, at - start, "of numbers");
  if (at < size) throw corruptFile(`${size - at} bytes follow the last tensor`);
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
    `safetensors: ${showValue(name)} is ${showValue(dtype)}; the dtypes are ${[...storedDTypes.keys()].join(", ")}, convert it to one of them`,
  );
}
