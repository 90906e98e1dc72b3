import { showValue } from "@gradloom/core";
import { corruptFile } from "./file-error.ts";

/** A number as JSON writes it. */
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
/** A string that means what it says, as most do. */
const plain = /^"[^"\\\p{Cc}]*"$/u;
const wordPattern = /(?:true|false|null)(?!\w)/y;

/**
 * Reads JSON piece by piece, so that limits hold while it is read. Stricter than JSON.parse, which keeps the last of two equal names, rounds
 * whole numbers above 2^53, makes 1e999 infinite and takes any depth.
 */
export class JsonReader {
  private readonly text: string;
  private readonly what: string;
  private at = 0;

  /** `what` is how messages name the text. */
  constructor(text: string, what: string) {
    this.text = text;
    this.what = what;
  }

  /** The character that the next value begins with; undefined at the end. */
  peek(): string | undefined {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    return this.text[this.at];
  }

  /** An object; `readEntry` reads the value of each name, which is the `index`-th. */
  object<Value>(readEntry: (name: string, index: number) => Value): Map<string, Value> {
    const entries = new Map<string, Value>();
    this.sequence("{", "}", () => {
      const name = this.string();
      if (entries.has(name)) throw corruptFile(`${this.what} names ${showValue(name)} twice`);
      this.expect(":");
      entries.set(name, readEntry(name, entries.size));
    });
    return entries;
  }

  /** A list; `readEntry` reads each entry, which is the `index`-th. */
  list<Value>(readEntry: (index: number) => Value): Value[] {
    const entries: Value[] = [];
    this.sequence("[", "]", () => {
      entries.push(readEntry(entries.length));
    });
    return entries;
  }

  string(): string {
    let end = this.peek() === '"' ? this.text.indexOf('"', this.at + 1) : -1;
    while (end > 0 && this.isEscaped(end)) end = this.text.indexOf('"', end + 1);
    const value = stringOf(this.text.slice(this.at, end + 1));
    if (value === undefined) throw this.unexpected("a string");
    this.at = end + 1;
    return value;
  }

  /** A whole number of 0 or more that a double holds exactly. */
  wholeNumber(): number {
    const digits = this.match(numberPattern) ?? "";
    if (!/^\d+$/.test(digits) || !Number.isSafeInteger(Number(digits)))
      throw this.unexpected("a whole number below 2^53");
    this.at += digits.length;
    return Number(digits);
  }

  /** A string, a finite number, true, false or null. */
  scalar(): string | number | boolean | null {
    if (this.peek() === '"') return this.string();
    const word = this.match(wordPattern);
    if (word !== undefined) {
      this.at += word.length;
      return word === "null" ? null : word === "true";
    }
    const digits = this.match(numberPattern);
    if (digits === undefined || !Number.isFinite(Number(digits))) throw this.unexpected("a value");
    this.at += digits.length;
    return Number(digits);
  }

  /** Throws unless only space is left. */
  end(): void {
    if (this.peek() !== undefined) throw this.unexpected(`the end of ${this.what}`);
  }

  private sequence(open: string, close: string, readEntry: () => void): void {
    this.expect(open);
    if (this.take(close)) return;
    do readEntry();
    while (this.take(","));
    this.expect(close);
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) throw this.unexpected(`"${character}"`);
  }

  private match(pattern: RegExp): string | undefined {
    this.peek();
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  /** Whether an odd number of backslashes stands before the character at a place. */
  private isEscaped(place: number): boolean {
    let first = place;
    while (this.text[first - 1] === "\\") first--;
    return (place - first) % 2 === 1;
  }

  private unexpected(wanted: string): Error {
    const found = this.at < this.text.length ? showValue(this.text.slice(this.at, this.at + 12)) : "its end";
    return corruptFile(`${this.what} has ${found} at character ${this.at} where ${wanted} must be`);
  }
}

/** The string of a JSON literal; undefined where it is none. */
function stringOf(literal: string): string | undefined {
  if (plain.test(literal)) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of a character code; false for NaN, the code beyond the end. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
