import { isPlain } from "../errors/options.ts";

/** What attributes may hold: plain data, typed arrays, and graphs that bring a hash and an equality of their own. */
export interface Structural {
  readonly hash: number;
  equals(other: unknown): boolean;
}

function isStructural(value: object): value is Structural {
  return "equals" in value && "hash" in value;
}

/** Whether it is a list or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

/** Mixes a number into a hash. */
export function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** A hash of attributes that depends on their contents only. */
export function hashOf(value: unknown, seed = 0): number {
  if (typeof value === "number") {
    if (value === (value | 0)) return mix(seed, value);
    double[0] = value;
    return mix(mix(seed, words[0]!), words[1]!);
  }
  if (typeof value === "boolean") return mix(seed, value ? 3 : 5);
  if (typeof value === "string") {
    let hash = seed;
    for (let at = 0; at < value.length; at++) hash = mix(hash, value.charCodeAt(at));
    return hash;
  }
  if (typeof value !== "object" || value === null) return seed;
  if (isStructural(value)) return mix(seed, value.hash);
  let hash = seed;
  if (isList(value)) {
    for (let at = 0; at < value.length; at++) hash = hashOf(value[at], mix(hash, 7));
    return hash;
  }
  for (const name in value) hash = hashOf((value as Record<string, unknown>)[name], mix(hash, 11));
  return hash;
}

/** Whether attributes have the same contents; what is no plain data, array or graph is the same only as itself. */
export function sameAttributes(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isStructural(a)) return a.equals(b);
  if (isList(a) && isList(b)) {
    if (a.constructor !== b.constructor || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!sameAttributes(a[at], b[at])) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => name in b && sameAttributes(a[name], b[name]));
}

const numbers = new WeakMap<object, number>();
let numbered = 0;

/** A text that is equal only for attributes that are the same. */
export function textOf(value: unknown): string {
  if (isList(value)) return `${value.constructor.name}[${Array.from(value, textOf).join()}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return `${typeof value} ${Object.is(value, -0) ? "-0" : String(value)}`;
  if (isPlain(value)) return `{${Object.entries(value).flat().map(textOf).join()}}`;
  let number = numbers.get(value);
  if (number === undefined) numbers.set(value, (number = ++numbered));
  return `#${number}`;
}
