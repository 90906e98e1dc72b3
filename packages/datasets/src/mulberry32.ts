/**
 * A source of uniform numbers in [0, 1), multiples of 2^-32, decided by a 32-bit seed: Tommy Ettinger's Mulberry32 (2017).
 * Small and good enough for placing points; not for statistics and not for secrets.
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
