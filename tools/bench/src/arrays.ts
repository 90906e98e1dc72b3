/** Numbers with a shape, as every participant gets them. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Arrays by the names that a workload gives them. */
export type Arrays = Readonly<Record<string, NumberArray>>;

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Uniform float32 numbers between `low` and `high`. */
export function randomNumbers(seed: number, shape: readonly number[], low = -1, high = 1): NumberArray {
  const next = uniform(seed);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()) };
}

/** Uniform int32 numbers from 0 to below `count`. */
export function randomIntegers(seed: number, shape: readonly number[], count: number): NumberArray {
  const next = uniform(seed);
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(count * next())) };
}

/** The largest difference from what was expected, over the largest expected number; Infinity where numbers are missing. */
export function largestError(found: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  if (found === undefined || found.length !== expected.length) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let at = 0; at < expected.length; at++) {
    const apart = Math.abs(found[at]! - expected[at]!);
    if (!(apart <= difference)) difference = Number.isNaN(apart) ? Infinity : apart;
    largest = Math.max(largest, Math.abs(expected[at]!));
  }
  return difference / largest;
}
