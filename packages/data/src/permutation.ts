import { deriveKey, type RandomKey } from "@gradloom/core";

/** The whole numbers below `count` in an order that the key decides: Fisher and Yates' shuffle, by xoshiro128** (Blackman & Vigna 2018). */
export function permutation(key: RandomKey, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  const next = words(key);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((next() / 2 ** 32) * (last + 1));
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}

/** xoshiro128**: 32 random bits at each call; its state starts with words of the key. */
function words(key: RandomKey): () => number {
  let [a, b] = deriveKey(key, 0).words as [number, number];
  let [c, d] = deriveKey(key, 1).words as [number, number];
  return () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
