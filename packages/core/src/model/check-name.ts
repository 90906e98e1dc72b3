import { checkValue, type Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";

/** Without slashes and what steers a terminal or cannot be stored: control characters, line breaks, halves of pairs. */
const printable = /^[^/\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

const nameRule: Rule<string> = /*#__PURE__*/ rule(
  'a text of 1 to 255 characters without a slash or line break that is not "." or ".."',
  (name) => typeof name === "string" && ![".", ".."].includes(name) && printable.test(name),
);

/** Throws unless a name can be part of a path such as `encoder/0-dense/kernel`, by which files and snapshots tell variables apart. */
export function checkName(kind: string, name: unknown): void {
  checkValue(kind, "the name", nameRule, name);
}
