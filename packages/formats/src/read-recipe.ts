import { type GradloomError, showValue } from "@gradloom/core";
import { corruptFile } from "./file-error.ts";
import { JsonReader } from "./json-reader.ts";
import { checkLimit } from "./limits.ts";
import { arrayTypes, mark, oddNumbers } from "./recipe-marks.ts";

/** What `writeRecipe` wrote. */
export function readRecipe(json: string): unknown {
  return new RecipeReader(json).whole();
}

/** An object that may be met again, how many values it has with all that is in it, and on how many levels. */
interface Met {
  readonly value: object;
  readonly size: number;
  readonly levels: number;
}

/** Makes the values of a recipe while it reads their JSON. */
class RecipeReader {
  private readonly json: JsonReader;
  /** Undefined for objects that are being read: no object is part of itself. */
  private readonly met: (Met | undefined)[] = [];
  private count = 0;
  private deepest = 0;

  constructor(text: string) {
    this.json = new JsonReader(text, "the recipe");
  }

  whole(): unknown {
    const value = this.value(0);
    this.json.end();
    return value;
  }

  private value(depth: number): unknown {
    this.add(1);
    const first = this.json.peek();
    if (first !== "{" && first !== "[") return this.json.scalar();
    this.reach(depth);
    return first === "[" ? this.json.list(() => this.value(depth + 1)) : this.object(depth);
  }

  private object(depth: number): unknown {
    const [before, outer] = [this.count, this.deepest];
    this.deepest = depth;
    const place = this.met.push(undefined) - 1;
    let marked = false;
    const entries = this.json.object((name, index) => {
      if (name === mark && index === 0) {
        marked = true;
        this.met.pop();
      } else if (name === mark || name === "__proto__") throw corruptFile(`the recipe has a key ${name}`);
      return marked ? this.json.scalar() : this.value(depth + 1);
    });
    const value = marked ? this.marked(entries, depth) : Object.fromEntries(entries);
    if (!marked) this.met[place] = { value: value as object, size: this.count - before, levels: this.deepest - depth };
    this.deepest = Math.max(outer, this.deepest);
    return value;
  }

  private marked(entries: ReadonlyMap<string, unknown>, depth: number): unknown {
    const [type, content, ...more] = entries.values();
    const [, key] = entries.keys();
    if (typeof type === "string" && more.length === 0) {
      if (type === "number" && key === "value" && oddNumbers.has(String(content)))
        return oddNumbers.get(String(content));
      if (type === "again" && key === "place") return this.again(content, depth);
      if (key === "base64") return arrayOf(type, String(content));
    }
    throw unknownMark(type);
  }

  private again(place: unknown, depth: number): object {
    const known = typeof place === "number" ? this.met[place] : undefined;
    if (known === undefined) throw corruptFile("the recipe refers to an object that it has not told yet");
    this.add(known.size);
    this.reach(depth + known.levels);
    return known.value;
  }

  private reach(depth: number): void {
    checkLimit("depth", depth);
    this.deepest = Math.max(this.deepest, depth);
  }

  private add(values: number): void {
    this.count += values;
    checkLimit("values", this.count);
  }
}

function arrayOf(type: string, base64: string): ArrayBufferView {
  const Type = arrayTypes.get(type);
  if (Type === undefined) throw unknownMark(type);
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return new Type(bytes.buffer);
  } catch {
    throw corruptFile(`the recipe has a ${type} whose bytes cannot be read`);
  }
}

function unknownMark(type: unknown): GradloomError {
  return corruptFile(`the recipe has a mark ${showValue(type)} that it cannot have there`);
}
