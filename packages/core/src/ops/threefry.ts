/**
 * Threefry-2x32-20 of one counter into block[0] and block[1]. Salmon et al. 2011, Parallel random numbers: as easy as
 * 1, 2, 3, section 4.2, https://doi.org/10.1145/2063384.2063405; the constants are those of its Random123 library.
 */
export function threefry(key0: number, key1: number, counter0: number, counter1: number, block: Uint32Array): void {
  let used = key0;
  let next = key1;
  let last = key0 ^ key1 ^ 0x1bd11bda;
  let left = counter0 + key0;
  let right = counter1 + key1;
  for (let group = 1; group <= 5; group++) {
    const odd = group & 1;
    left = (left + right) | 0;
    right = rotate(right, odd ? 13 : 17) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 15 : 29) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 26 : 16) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 6 : 24) ^ left;
    left = (left + next) | 0;
    right = (right + last + group) | 0;
    [used, next, last] = [next, last, used];
  }
  block[0] = left;
  block[1] = right;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
