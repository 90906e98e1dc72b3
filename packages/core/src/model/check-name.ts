import { GradloomError } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";

/** Throws unless a name can be part of a path. */
export function checkName(kind: string, name: unknown): void {
  if (typeof name === "string" && !["", ".", ".."].includes(name) && !name.includes("/")) return;
  // Why: Names make paths such as `encoder/0-dense/kernel`, by which files and snapshots tell variables apart.
  throw new GradloomError(
    "name",
    `${kind}: ${showValue(name)} is no name; give a text without a slash that is not empty, "." or ".."`,
  );
}
