import { given, i32Constant, type Operand, prefixed } from "./encode.ts";
import { Expression } from "./expression.ts";

/** Reads and changes words of shared memory, counted from its start, one thread after the other. */
export const atomic = {
  load: (word: number): Expression<"i32"> => access(0x10, word),
  /** Adds to a word; what it was before. */
  add: (word: number, value: Operand<"i32">): Expression<"i32"> => access(0x1e, word, value),
  /** Sets a word; what it was before. */
  exchange: (word: number, value: Operand<"i32">): Expression<"i32"> => access(0x41, word, value),
  /** Sleeps until it is notified, unless the word is another than expected. 0, 1 or 2 for woken, different, timed out. */
  wait: (word: number, expected: Operand<"i32">): Expression<"i32"> => access(0x01, word, expected, forEver),
  /** Wakes up to a number of sleepers; how many it woke. */
  notify: (word: number, count: Operand<"i32">): Expression<"i32"> => access(0x00, word, count),
};

/** -1 as a number of 64 bits: no limit of time. */
const forEver = /*#__PURE__*/ new Expression("i32", [], [0x42, 0x7f]);

/** Atomic instructions need the alignment of four bytes, whose logarithm is 2. */
function access(opcode: number, word: number, ...operands: readonly Operand<"i32">[]): Expression<"i32"> {
  const all = [4 * word, ...operands].map((operand) => given(i32Constant, operand));
  return new Expression("i32", all, [...prefixed(0xfe, opcode), 2, 0]);
}
