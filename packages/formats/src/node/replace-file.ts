import { randomUUID } from "node:crypto";
import { access, constants, type FileHandle, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type FilePath, fileFailure, pathOf } from "./file-failure.ts";

/** Files on their way to their names: the process that writes and a name of their own. */
const temporaryName = /^\.gradloom-(\d+)-[\da-f-]+\.tmp$/;
/** Milliseconds after which a file that no living process writes counts as left behind. */
const abandonedAfter = 60_000;

/**
 * Puts bytes at a path so that a reader, a crash or a full disk meets the earlier file or the new one, each whole: they are written beside
 * it and flushed, and only then take its name. Errors begin with `caller`.
 */
export async function replaceFile(caller: string, given: FilePath, bytes: Uint8Array): Promise<void> {
  const path = pathOf(caller, given);
  try {
    const { target, mode } = await targetOf(caller, path);
    const folder = dirname(target);
    await removeAbandoned(folder);
    const temporary = join(folder, `.gradloom-${process.pid}-${randomUUID()}.tmp`);
    try {
      await flushed(await open(temporary, "wx", mode), (handle) => writeAll(handle, bytes, mode));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    // The name itself is on the disk once its folder is; Windows has no such call.
    if (process.platform !== "win32") await flushed(await open(folder, "r"), () => Promise.resolve());
  } catch (error) {
    throw fileFailure(caller, path, "written", error);
  }
}

/** The file that the path means, behind links, with the permissions that it has if it is there. */
async function targetOf(
  caller: string,
  path: string,
): Promise<{ readonly target: string; readonly mode: number | undefined }> {
  const target = await realpath(path).catch(() => resolve(path));
  const known = await stat(target).catch(() => undefined);
  const named = basename(path) !== "" && !/[/\\]$/.test(path);
  if (known?.isDirectory() === true || (known === undefined && !named))
    throw fileFailure(caller, path, "written", { code: "EISDIR" });
  if (known !== undefined && !known.isFile()) throw fileFailure(caller, path, "written", { code: "not a file" });
  if (known !== undefined) await access(target, constants.W_OK);
  return { target, mode: known === undefined ? undefined : known.mode & 0o777 };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  if (mode !== undefined) await handle.chmod(mode);
  await handle.writeFile(bytes);
}

/** Runs `work` on what is open, waits until it is on the disk, and closes it. */
async function flushed(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what processes that were killed while they wrote left in the folder. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = temporaryName.exec(name)?.[1];
    if (writer === undefined) continue;
    const file = join(folder, name);
    const touched = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (touched < Date.now() - abandonedAfter && !writes(Number(writer), touched)) await rm(file, { force: true });
  }
}

/** Whether a process may still write what it touched at a time; the number of this one may have been another's before. */
function writes(writer: number, touched: number): boolean {
  if (writer === process.pid) return touched > Date.now() - 1000 * process.uptime();
  try {
    return process.kill(writer, 0);
  } catch (error) {
    return (error as { readonly code?: string }).code !== "ESRCH";
  }
}
