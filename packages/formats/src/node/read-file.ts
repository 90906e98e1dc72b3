import { type FileHandle, open, stat } from "node:fs/promises";
import { headerEnd, readLayout } from "../layout.ts";
import { type FilePath, fileFailure, pathOf } from "./file-failure.ts";

/** The bytes of the safetensors file at a path; its numbers are only read where its header agrees with its size. */
export async function readFile(caller: string, given: FilePath): Promise<Uint8Array> {
  const path = pathOf(caller, given);
  try {
    const known = await stat(path);
    if (known.isDirectory()) throw fileFailure(caller, path, "read", { code: "EISDIR" });
    if (!known.isFile()) throw fileFailure(caller, path, "read", { code: "not a file" });
    const handle = await open(path, "r");
    try {
      return await checkedBytes(handle, known.size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFailure(caller, path, "read", error);
  }
}

async function checkedBytes(handle: FileHandle, size: number): Promise<Uint8Array> {
  const end = headerEnd(await firstBytes(handle, Math.min(size, 9)), size);
  readLayout(await firstBytes(handle, end), size);
  return firstBytes(handle, size);
}

/** The first bytes of a file: `length` of them, or all where it became shorter. */
async function firstBytes(handle: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(length - at, 2 ** 30), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
