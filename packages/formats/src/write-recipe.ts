import { GradloomError } from "@gradloom/core";
import { isDetached } from "./file-bytes.ts";
import { checkLimit } from "./limits.ts";
import { arrayTypes, mark, oddNumbers } from "./recipe-marks.ts";
import { showPath } from "./show-path.ts";

/** A recipe as JSON. An object in two places, such as a shared layer, is one object again when it is read. */
export function writeRecipe(recipe: unknown, path: string): string {
  return JSON.stringify(new RecipeWriter().encoded(recipe, path));
}

/** The number of an object among those that were met, and how many values it has with all that is in it. */
interface Met {
  readonly place: number;
  size: number;
}

/** Turns the values of a recipe into what JSON has words for. */
class RecipeWriter {
  private readonly met = new Map<object, Met>();
  private count = 0;
  private characters = 0;

  encoded(value: unknown, path: string): unknown {
    this.add(1);
    if (typeof value === "string") return this.text(value);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return encodedNumber(value);
    if (typeof value !== "object") throw notPlain(path, value === undefined ? "undefined" : `a ${typeof value}`);
    if (ArrayBuffer.isView(value)) return this.array(value, path);
    return Array.isArray(value) ? this.list(value, path) : this.object(value, path);
  }

  private list(value: readonly unknown[], path: string): unknown {
    return Array.from(value, (entry, at) => this.encoded(entry, `${path}[${at}]`));
  }

  private object(value: object, path: string): unknown {
    const known = this.met.get(value);
    if (known !== undefined) {
      this.add(known.size);
      return { [mark]: "again", place: known.place };
    }
    const before = this.count;
    const own: Met = { place: this.met.size, size: 0 };
    this.met.set(value, own);
    const entries = Object.entries(value).map(([name, entry]) => {
      if (name === mark || name === "__proto__") throw notPlain(path, `an object with the key ${name}`);
      return [this.text(name), this.encoded(entry, `${path}.${name}`)] as const;
    });
    own.size = this.count - before;
    return Object.fromEntries(entries);
  }

  private array(value: ArrayBufferView, path: string): unknown {
    const type = (value as Uint8Array)[Symbol.toStringTag];
    if (!arrayTypes.has(type) || isDetached(value.buffer)) throw notPlain(path, `a ${type}`);
    this.characters += value.byteLength;
    checkLimit("header", this.characters);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const parts = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, at) =>
      String.fromCharCode(...bytes.subarray(at * 4096, (at + 1) * 4096)),
    );
    return { [mark]: type, base64: btoa(parts.join("")) };
  }

  private text(value: string): string {
    this.characters += value.length;
    checkLimit("header", this.characters);
    return value;
  }

  private add(values: number): void {
    this.count += values;
    checkLimit("values", this.count);
  }
}

function encodedNumber(value: number): unknown {
  for (const [spelt, odd] of oddNumbers) if (Object.is(value, odd)) return { [mark]: "number", value: spelt };
  return value;
}

function notPlain(path: string, what: string): GradloomError {
  return new GradloomError(
    "recipe-data",
    `saveModel: ${showPath(path)} is ${what}, which a file cannot hold; options are plain data, typed arrays or values made with define(...)`,
  );
}
