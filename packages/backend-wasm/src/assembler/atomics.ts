import { unsigned } from "./byte-writer.ts";
import { given, i32Constant, type Operand, prefixed } from "./encode.ts";
import { Expression } from "./expression.ts";

/** Reads and changes words of shared memory one thread after the other. Addresses are multiples of 4. */
export const atomic = {
  load: (address: Operand<"i32">, offset: number): Expression<"i32"> => access(0x10, [address], offset),
  /** Adds to a word; what it was before. */
  add: (address: Operand<"i32">, value: Operand<"i32">, offset: number): Expression<"i32"> =>
    access(0x1e, [address, value], offset),
  /** Sets a word; what it was before. */
  exchange: (address: Operand<"i32">, value: Operand<"i32">, offset: number): Expression<"i32"> =>
    access(0x41, [address, value], offset),
  /** Sleeps until it is notified, unless the word is another than expected. 0, 1 or 2 for woken, different, timed out. */
  wait: (address: Operand<"i32">, expected: Operand<"i32">, offset: number): Expression<"i32"> =>
    access(0x01, [address, expected, forEver], offset),
  /** Wakes so many sleepers; how many it woke. */
  notify: (address: Operand<"i32">, count: Operand<"i32">, offset: number): Expression<"i32"> =>
    access(0x00, [address, count], offset),
};

/** -1 as a number of 64 bits: no limit of time. */
const forEver = /*#__PURE__*/ new Expression("i32", [], [0x42, 0x7f]);

/** Atomic instructions need the alignment of four bytes, whose logarithm is 2. */
function access(opcode: number, operands: readonly Operand<"i32">[], offset: number): Expression<"i32"> {
  const given32 = operands.map((operand) => given(i32Constant, operand));
  return new Expression("i32", given32, [...prefixed(0xfe, opcode), 2, ...unsigned(offset)]);
}
