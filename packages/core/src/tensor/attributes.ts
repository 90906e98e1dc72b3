/** What attributes may hold: plain data, typed arrays, and graphs that bring a hash and an equality of their own. */
export interface Structural {
  readonly hash: number;
  equals(other: unknown): boolean;
}

function isStructural(value: object): value is Structural {
  return "equals" in value && "hash" in value;
}

/** Mixes a number into a hash. */
export function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** A hash of attributes that depends on their contents only. */
export function hashOf(value: unknown, seed = 0): number {
  if (typeof value === "number") return mix(seed, Number.isInteger(value) ? value : Math.fround(value) * 1e6);
  if (typeof value === "boolean") return mix(seed, value ? 3 : 5);
  if (typeof value === "string") {
    let hash = seed;
    for (let at = 0; at < value.length; at++) hash = mix(hash, value.charCodeAt(at));
    return hash;
  }
  if (typeof value !== "object" || value === null) return seed;
  if (isStructural(value)) return mix(seed, value.hash);
  let hash = seed;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = value as ArrayLike<unknown>;
    for (let at = 0; at < list.length; at++) hash = hashOf(list[at], mix(hash, 7));
    return hash;
  }
  for (const name in value) hash = hashOf((value as Record<string, unknown>)[name], mix(hash, 11));
  return hash;
}

/** Whether attributes have the same contents. */
export function sameAttributes(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isStructural(a)) return a.equals(b);
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const one = a as ArrayLike<unknown>;
    const other = b as ArrayLike<unknown>;
    if (one.constructor !== other.constructor || one.length !== other.length) return false;
    for (let at = 0; at < one.length; at++) if (!sameAttributes(one[at], other[at])) return false;
    return true;
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every(
    (name) => name in b && sameAttributes((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
  );
}
