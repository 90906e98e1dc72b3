import { fileURLToPath } from "node:url";
import { GradloomError, showValue } from "@gradloom/core";
import { showPath } from "../show-path.ts";

/** What the system's codes mean to who saves or loads a file, and what to do. */
const meanings: ReadonlyMap<unknown, readonly [what: string, advice: string]> = /*#__PURE__*/ new Map([
  ["ENOENT", ["no file or folder is there", "check the path, and make the folder first"]],
  ["ENOTDIR", ["a part of the path is no folder", "check the path"]],
  ["EISDIR", ["it is a folder", "give the path of a file in it"]],
  ["ENAMETOOLONG", ["the name is too long for the disk", "shorten it"]],
  ["EACCES", ["this process has no permission", "change that of the file and its folder, or give another path"]],
  ["EPERM", ["this process has no permission", "change that of the file and its folder, or give another path"]],
  ["EROFS", ["the disk is read-only", "give another path"]],
  ["ENOSPC", ["the disk is full", "make room"]],
  ["EDQUOT", ["the quota of the disk is used up", "make room"]],
  ["EFBIG", ["it is larger than files may be here", "raise that limit or give another path"]],
  ["not a file", ["it is no regular file", "give the path of one"]],
]);

/** The error for a file that cannot be `done`: read or written. */
export function fileFailure(caller: string, path: string, done: "read" | "written", error: unknown): GradloomError {
  if (error instanceof GradloomError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  const [what, advice] = meanings.get(code) ?? [String(message), "try again, or give another path"];
  // Why: The words in parentheses are the system's code. A file that cannot be written stays as it was, and nothing is left beside it.
  return new GradloomError(
    "file-access",
    `${caller}: ${showPath(path)} cannot be ${done}: ${what} (${code}); ${advice}`,
  );
}

/** A path, or a `URL` that begins with file:, whose own type each environment declares anew. */
export type FilePath = string | { readonly href: string; readonly protocol: string };

/** The path that a string or a URL of a file means. */
export function pathOf(caller: string, path: FilePath): string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  const shown = path instanceof URL ? showValue(path.href) : showValue(path);
  throw new GradloomError(
    "file-path",
    `${caller}: the path is ${shown}; it must be a string, or a URL that begins with file:`,
  );
}
