const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/**
 * Threefry-2x32-20 in arithmetic modulo 2^32. Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3, section 4.2,
 * https://doi.org/10.1145/2063384.2063405; the constants are those of its Random123 library.
 */
export function threefry(
  key: readonly [number, number],
  counter: readonly [number, number],
): readonly [number, number] {
  const keys = [...key, 0x1bd11bda ^ key[0] ^ key[1]];
  let left = counter[0] + key[0];
  let right = counter[1] + key[1];
  for (let round = 0; round < 20; round++) {
    left = (left + right) % 2 ** 32;
    const bits = rotations[round % 8]!;
    right = ((((right << bits) | (right >>> (32 - bits))) ^ left) >>> 0) % 2 ** 32;
    if (round % 4 !== 3) continue;
    const group = (round + 1) / 4;
    left = left + (keys[group % 3]! >>> 0);
    right = right + (keys[(group + 1) % 3]! >>> 0) + group;
  }
  return [left >>> 0, right >>> 0];
}
