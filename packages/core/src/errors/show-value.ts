import { isForeign } from "./two-cores.ts";

/** The most characters of a user's text that a message quotes. */
const longest = 60;

/** A value of a user as messages print it: strings quoted, escaped and cut, numbers as they are, short lists of numbers, the kind of all else. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return "a bigint";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    const short = value.length <= 8 && value.every((entry) => typeof entry === "number");
    return short ? `[${value.join(", ")}]` : `a list of ${value.length}`;
  }
  if (isForeign(value)) return "a tensor of another copy of @gradloom/core";
  if ("dtype" in value && "shape" in value) return `a tensor ${showValue(value.shape)}`;
  const kind = tagOf(value);
  return withArticle(kind === "Object" ? "object" : kind);
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
  const shown = JSON.stringify(text.slice(0, longest)).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return text.length > longest ? `${shown.slice(0, -1)}…"` : shown;
}

/** The word after "a" or "an". */
export function withArticle(word: string): string {
  return `${/^[aeio]/i.test(word) ? "an" : "a"} ${word}`;
}
