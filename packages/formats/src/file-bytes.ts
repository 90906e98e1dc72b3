import { GradloomError, showValue } from "@gradloom/core";

/** The bytes of a file: a buffer, or any view of one. */
export type FileBytes = ArrayBufferLike | ArrayBufferView;

/** The bytes that `caller` was given; of shared memory a copy, which no other thread changes between a check and its use. */
export function bytesOf(caller: string, given: FileBytes): Uint8Array {
  const view: unknown = ArrayBuffer.isView(given) ? given : { buffer: given };
  const { buffer, byteOffset, byteLength } = view as { buffer: ArrayBuffer; byteOffset?: number; byteLength?: number };
  let bytes: Uint8Array;
  try {
    // Of the constructors of views only this one takes a buffer of any realm and nothing else.
    const whole = new DataView(buffer, byteOffset, byteLength);
    bytes = new Uint8Array(buffer, whole.byteOffset, whole.byteLength);
  } catch {
    throw noBytes(caller, given);
  }
  return isShared(buffer) ? bytes.slice() : bytes;
}

/** Whether the buffer was transferred to another thread. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new DataView(buffer).byteLength < 0;
  } catch {
    return true;
  }
}

function isShared(buffer: ArrayBufferLike): boolean {
  return Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
}

const advice: Readonly<Record<string, string>> = {
  String:
    "read the file first: loadModelFile(path) of @gradloom/formats/node, or the arrayBuffer() of what fetch gives",
  Blob: "give await blob.arrayBuffer()",
  File: "give await file.arrayBuffer()",
  Response: "give await response.arrayBuffer()",
  Promise: "await it first",
  ArrayBuffer: "it was transferred to another thread and is empty here, give its bytes before that or a copy",
};

function noBytes(caller: string, given: unknown): GradloomError {
  const kind = Object.prototype.toString.call(ArrayBuffer.isView(given) ? given.buffer : given).slice(8, -1);
  const known = Object.hasOwn(advice, kind) ? advice[kind] : "give an ArrayBuffer or a Uint8Array";
  // Why: A file is its bytes, wherever they come from: `await readFile(path)` in Node, `await (await fetch(url)).arrayBuffer()` or
  // `await file.arrayBuffer()` in pages.
  return new GradloomError("file-bytes", `${caller}: ${showValue(given)} is not the bytes of a file; ${known}`);
}
