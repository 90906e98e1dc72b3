import { GradloomError } from "@gradloom/core";
import { corruptFile } from "./file-error.ts";

/** What JSON has no word for is an object with this key: numbers that are not finite, typed arrays, an object met before. */
const mark = "$";
/** The deepest nesting that is read back. */
const depthLimit = 400;

const arrayTypes: ReadonlyMap<string, new (buffer: ArrayBuffer) => ArrayBufferView> = /*#__PURE__*/ new Map<
  string,
  new (buffer: ArrayBuffer) => ArrayBufferView
>([
  ["Float32Array", Float32Array],
  ["Float64Array", Float64Array],
  ["Int32Array", Int32Array],
  ["Uint32Array", Uint32Array],
  ["Uint8Array", Uint8Array],
]);

/** A recipe as JSON. An object in two places, such as a shared layer, is one object again when it is read. */
export function writeRecipe(recipe: unknown, path: string): string {
  return JSON.stringify(encode(recipe, path, new Map()));
}

function encode(value: unknown, path: string, met: Map<object, number>): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Object.is(value, -0)) return { [mark]: "number", value: "-0" };
    return Number.isFinite(value) ? value : { [mark]: "number", value: String(value) };
  }
  if (Array.isArray(value)) return value.map((entry, at) => encode(entry, `${path}[${at}]`, met));
  if (typeof value !== "object") throw notPlain(path, `a ${typeof value}`);
  if (ArrayBuffer.isView(value)) return encodeArray(value, path);
  const place = met.get(value);
  if (place !== undefined) return { [mark]: "again", place };
  met.set(value, met.size);
  for (const name of [mark, "__proto__"])
    if (Object.hasOwn(value, name)) throw notPlain(path, `an object with the key ${name}`);
  return mapEntries(value, (entry, name) => encode(entry, `${path}.${name}`, met));
}

function encodeArray(value: ArrayBufferView, path: string): unknown {
  const type = value.constructor.name;
  if (!arrayTypes.has(type)) throw notPlain(path, `a ${type}`);
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { [mark]: type, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
}

/** What `writeRecipe` wrote. */
export function readRecipe(json: string): unknown {
  try {
    return decode(JSON.parse(json), 0, []);
  } catch (error) {
    if (error instanceof GradloomError) throw error;
    throw corruptFile(`the recipe cannot be read (${String(error)})`);
  }
}

function decode(value: unknown, depth: number, met: unknown[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > depthLimit) throw corruptFile(`the recipe is nested more than ${depthLimit} deep`);
  if (Array.isArray(value)) return value.map((entry) => decode(entry, depth + 1, met));
  if (Object.hasOwn(value, mark)) return decodeMarked(value as Marked, met);
  if (Object.hasOwn(value, "__proto__")) throw corruptFile("the recipe has a key __proto__");
  const place = met.push(undefined) - 1;
  return (met[place] = mapEntries(value, (entry) => decode(entry, depth + 1, met)));
}

type Marked = Readonly<Record<string, unknown>>;

function decodeMarked({ [mark]: type, value, base64, place }: Marked, met: readonly unknown[]): unknown {
  if (type === "number") return Number(value);
  // What is still being read is undefined here: an object cannot hold itself.
  if (type === "again" && met[place as number] !== undefined) return met[place as number];
  const array = arrayTypes.get(String(type));
  if (array === undefined) throw corruptFile(`the recipe has a mark ${JSON.stringify(type)} that it cannot have there`);
  return new array(Uint8Array.from(atob(String(base64)), (character) => character.charCodeAt(0)).buffer);
}

function mapEntries(value: object, change: (entry: unknown, name: string) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, change(entry, name)]));
}

function notPlain(path: string, what: string): GradloomError {
  return new GradloomError(
    "recipe-data",
    `saveModel: ${path} is ${what}, which a file cannot hold; options are plain data, typed arrays or values made with define(...)`,
  );
}
