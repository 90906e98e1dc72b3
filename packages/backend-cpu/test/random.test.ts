import { threefry } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runKernel } from "./run-kernel.ts";

function block(key: readonly [number, number], counter: readonly [number, number]): number[] {
  const words = new Uint32Array(2);
  threefry(key[0], key[1], counter[0], counter[1], words);
  return Array.from(words);
}

function randomBits(key: readonly number[], step: number, count: number): number[] {
  const inputs = [
    { dtype: "uint32", shape: [2], values: key },
    { dtype: "uint32", shape: [1], values: [step] },
  ] as const;
  return runKernel("randomBits", inputs, [{ dtype: "uint32", shape: [count] }], { count })[0]!;
}

/** Threefry-2x32-20 word for word from the paper, in whole numbers modulo 2^32. */
function paperBlock(key: readonly [number, number], counter: readonly [number, number]): number[] {
  const modulo = (word: bigint): bigint => BigInt.asUintN(32, word);
  const rotations = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];
  const [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const schedule = [k0, k1, 0x1bd11bdan ^ k0 ^ k1];
  let x0 = modulo(BigInt(counter[0]) + k0);
  let x1 = modulo(BigInt(counter[1]) + k1);
  for (let round = 0; round < 20; round++) {
    const distance = rotations[round % 8]!;
    x0 = modulo(x0 + x1);
    x1 = modulo((x1 << distance) | (x1 >> (32n - distance))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = modulo(x0 + schedule[injection % 3]!);
      x1 = modulo(x1 + schedule[(injection + 1) % 3]! + BigInt(injection));
    }
  }
  return [Number(x0), Number(x1)];
}

const word = fc.nat(0xffffffff);

describe("randomBits", () => {
  it("gives the known answers of the Random123 library", () => {
    expect(block([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
    expect(block([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(block([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
  });

  it("is the paper's function for every key and counter", () => {
    fc.assert(
      fc.property(fc.tuple(word, word), fc.tuple(word, word), (key, counter) => {
        expect(block(key, counter)).toEqual(paperBlock(key, counter));
      }),
    );
  });

  it("puts the block of counter (j, step) in words 2j and 2j + 1", () => {
    fc.assert(
      fc.property(fc.tuple(word, word), word, fc.nat(9), (key, step, count) => {
        const blocks = Array.from({ length: 5 }, (_, j) => paperBlock(key, [j, step])).flat();
        expect(randomBits(key, step, count)).toEqual(blocks.slice(0, count));
      }),
    );
  });
});
