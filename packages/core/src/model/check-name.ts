import { checkValue, type Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";

const nameRule: Rule<string> = /*#__PURE__*/ rule(
  'a text without a slash that is not empty, "." or ".."',
  (name) => typeof name === "string" && !["", ".", ".."].includes(name) && !name.includes("/"),
);

/** Throws unless a name can be part of a path such as `encoder/0-dense/kernel`, by which files and snapshots tell variables apart. */
export function checkName(kind: string, name: unknown): void {
  checkValue(kind, "the name", nameRule, name);
}
