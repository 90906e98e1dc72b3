const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Threefry-2x32 with 20 rounds on the host: two words of the counter under two words of the key (Salmon et al. 2011). */
export function threefry(
  key: readonly [number, number],
  counter: readonly [number, number],
): readonly [number, number] {
  const schedule = [key[0], key[1], 0x1bd11bda ^ key[0] ^ key[1]];
  let x = (counter[0] + schedule[0]!) | 0;
  let y = (counter[1] + schedule[1]!) | 0;
  for (let round = 0; round < 20; round++) {
    x = (x + y) | 0;
    const turn = rotations[round % 8]!;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if (round % 4 !== 3) continue;
    const injected = (round + 1) / 4;
    x = (x + schedule[injected % 3]!) | 0;
    y = (y + schedule[(injected + 1) % 3]! + injected) | 0;
  }
  return [x >>> 0, y >>> 0];
}
