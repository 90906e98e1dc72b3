import { show } from "./gradloom-error.ts";
import { isForeign } from "./two-cores.ts";

/** The most characters of a user's text that a message quotes. */
const longest = 60;

/** A value of a user as messages print it: strings quoted, escaped and cut, short lists of numbers as they are, the kind of other objects. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return "a bigint";
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
  if (Array.isArray(value)) {
    const isShort = value.length < 9 && value.every((entry) => typeof entry === "number");
    return isShort ? show(value) : `a list of ${value.length}`;
  }
  if (isForeign(value)) return "a tensor of another copy of @gradloom/core";
  if ("dtype" in value && "shape" in value) return `a tensor ${showValue(value.shape)}`;
  return withArticle(tagOf(value).replace(/^(Function|Object)$/, (kind) => kind.toLowerCase()));
}

/** What kind of object the language says it is, also of another realm: `Float32Array`. */
export function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Shapes and dtypes as messages print them, `float32 [2, 3], bool []`; of what is none, what it is. */
export function showSpecs(given: unknown): string {
  if (!Array.isArray(given)) return showValue(given);
  return given.map(showSpec).join(", ") || "nothing";
}

function showSpec(given: unknown): string {
  const { dtype, shape } = Object(given) as { readonly dtype?: unknown; readonly shape?: unknown };
  return Array.isArray(shape) ? `${String(dtype)} [${shape.join(", ")}]` : showValue(given);
}

/** A text in quotes, what cannot be seen escaped, of which at most 60 characters are shown. */
export function quoted(text: string): string {
  const escaped = (character: string): string => `\\u${character.codePointAt(0)!.toString(16)}`;
  const shown = JSON.stringify(text.slice(0, longest)).replace(/[\p{C}\u2028\u2029]/gu, escaped);
  return text.length > longest ? `${shown.slice(0, -1)}…"` : shown;
}

/** The word after "a" or "an". */
export function withArticle(word: string): string {
  return `${/^[aeio]/i.test(word) ? "an" : "a"} ${word}`;
}
