import { corruptFile } from "./file-error.ts";

/**
 * Reads the JSON of a safetensors header piece by piece. Stricter than JSON.parse, which keeps the last of two equal names, rounds whole
 * numbers above 2^53 and takes any depth.
 */
export class HeaderReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** An object; `readEntry` reads the value of each name. */
  object<Value>(readEntry: (name: string) => Value): Map<string, Value> {
    const entries = new Map<string, Value>();
    this.sequence("{", "}", () => {
      const name = this.string();
      if (entries.has(name)) throw corruptFile(`the header names ${JSON.stringify(name)} twice`);
      this.expect(":");
      entries.set(name, readEntry(name));
    });
    return entries;
  }

  /** A list of at most `limit` entries. */
  list<Value>(limit: number, readEntry: () => Value): Value[] {
    const entries: Value[] = [];
    this.sequence("[", "]", () => {
      if (entries.length === limit) throw this.unexpected(`at most ${limit} entries in a list`);
      entries.push(readEntry());
    });
    return entries;
  }

  string(): string {
    this.skipSpace();
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    try {
      const value: unknown = JSON.parse(this.text.slice(this.at, end + 1));
      if (typeof value === "string") {
        this.at = end + 1;
        return value;
      }
    } catch {}
    throw this.unexpected("a string");
  }

  /** A whole number of 0 or more that a double holds exactly. */
  wholeNumber(): number {
    this.skipSpace();
    const pattern = /(?:0|[1-9]\d{0,15})(?![\d.eE])/y;
    pattern.lastIndex = this.at;
    const digits = pattern.exec(this.text)?.[0];
    if (digits === undefined || !Number.isSafeInteger(Number(digits)))
      throw this.unexpected("a whole number below 2^53");
    this.at += digits.length;
    return Number(digits);
  }

  /** Throws unless only space is left. */
  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected("the end of the header");
  }

  private sequence(open: string, close: string, readEntry: () => void): void {
    this.expect(open);
    if (this.take(close)) return;
    do readEntry();
    while (this.take(","));
    this.expect(close);
  }

  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) throw this.unexpected(`"${character}"`);
  }

  private skipSpace(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "end")) this.at++;
  }

  private unexpected(wanted: string): Error {
    return corruptFile(
      `the header has ${this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : "its end"} at character ${this.at} where ${wanted} must be`,
    );
  }
}
