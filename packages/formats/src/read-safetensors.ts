import { bytesOf, type FileBytes } from "./file-bytes.ts";
import { type Entry, readLayout } from "./layout.ts";
import type { Safetensors, StoredTensor } from "./safetensors.ts";
import { storedDTypes } from "./stored-dtypes.ts";

/**
 * What a safetensors file holds, as views of its bytes where they are aligned. The file may come from anywhere: it is checked whole before
 * anything is made of it, in memory and time that its size bounds.
 */
export function readSafetensors(file: FileBytes): Safetensors {
  return tensorsIn(bytesOf("readSafetensors", file));
}

/** What the bytes of a safetensors file hold. */
export function tensorsIn(bytes: Uint8Array): Safetensors {
  const { entries, metadata } = readLayout(bytes, bytes.length);
  return { tensors: new Map([...entries].map(([name, entry]) => [name, view(entry, bytes)])), metadata };
}

function view({ dtype, shape, begin, end }: Entry, bytes: Uint8Array): StoredTensor {
  const { dtype: known, array } = storedDTypes.get(dtype)!;
  const part = bytes.subarray(begin, end);
  const own = part.byteOffset % array.BYTES_PER_ELEMENT === 0 ? part : new Uint8Array(part);
  const data = new array(own.buffer, own.byteOffset, own.length / array.BYTES_PER_ELEMENT);
  return { dtype: known, shape, data };
}
