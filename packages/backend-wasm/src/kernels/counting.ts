import { type Primitives } from "@gradloom/core/backend";
import type { Expression, Local, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { i32x4, shuffle, v128 } from "../assembler/lanes.ts";
import { i32, strided } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "./call.ts";
import { type Kernel, kernel } from "./kernel.ts";

/** start, start + 1, start + 2, start + 3 */
function countingFrom(start: Expression<"i32">): Vector {
  return [1, 2, 3].reduce(
    (lanes: Vector, lane) => i32x4.replace(lanes, lane, i32.add(start, lane)),
    i32x4.splat(start),
  );
}

/** y[i] = i; a task is an element */
const iotaKernel: Kernel<"y"> = /*#__PURE__*/ kernel("iota", ["y"], (code, { y, from, to }) =>
  code.for(from, to, 1, (at) => code.store(i32, strided(y, [at, 4]), at)),
);

/** y[i] = i */
export const iota: Lowering<Primitives["iota"]> = ({ outputs: [y], attributes: { count } }) => [
  callOf(iotaKernel, { y: y! }, count),
];

/** Counters of a task, and words that they make. */
const counters = 4;
const words = 2 * counters;
/** Nanoseconds of a word. */
const wordTime = 1.5;

/**
 * y[2j], y[2j + 1] = Threefry-2x32-20 of counter (j, step) under the key; a task is four counters. Salmon et al. 2011, Parallel random numbers: as
 * easy as 1, 2, 3, section 4.2, https://doi.org/10.1145/2063384.2063405; the constants are those of its Random123 library.
 */
const randomBitsKernel: Kernel<"key" | "step" | "y" | "count"> = /*#__PURE__*/ kernel(
  "randomBits",
  ["key", "step", "y", "count"],
  (code, { key, step, y, count, from, to }) => {
    const key0 = code.let(v128.loadSplat32(key));
    const key1 = code.let(v128.loadSplat32(key, 4));
    const key2 = code.let(v128.xor(v128.xor(key0, key1), 0x1bd11bda));
    const start = code.let(i32x4.add(v128.loadSplat32(step), key1));
    code.for(from, to, 1, (task) => {
      const left = code.let(i32x4.add(countingFrom(code.let(i32.mul(task, counters))), key0));
      const right = code.let(start);
      rounds(code, left, right, [key0, key1, key2]);
      const first = code.let(i32.mul(task, words));
      const target = code.let(strided(y, [first, 4]));
      const low = code.let(shuffle(left, right, [0, 4, 1, 5]));
      const high = code.let(shuffle(left, right, [2, 6, 3, 7]));
      const remaining = code.let(i32.sub(count, first));
      code.when(
        i32.greaterEqual(remaining, words),
        () => {
          code.store(v128, target, low);
          code.store(v128, target, high, 16);
        },
        () => storeSome(code, target, low, high, remaining),
      );
    });
  },
);

/** The first `count` words of two vectors, fewer than eight. */
function storeSome(
  code: FunctionBuilder,
  target: Local<"i32">,
  low: Local<"v128">,
  high: Local<"v128">,
  count: Local<"i32">,
): void {
  for (let word = 0; word < words - 1; word++) {
    const from = word < 4 ? low : high;
    code.when(i32.greater(count, word), () => code.store(i32, target, i32x4.extract(from, word % 4), 4 * word));
  }
}

/** Twenty rounds in groups of four, the words of the key added after each group. */
function rounds(
  code: FunctionBuilder,
  left: Local<"v128">,
  right: Local<"v128">,
  keys: readonly [Vector, Vector, Vector],
): void {
  for (let group = 1; group <= 5; group++) {
    for (const bits of group % 2 === 1 ? [13, 15, 26, 6] : [17, 29, 16, 24]) {
      code.set(left, i32x4.add(left, right));
      const rotated = v128.or(i32x4.shiftLeft(right, bits), i32x4.shiftRightUnsigned(right, 32 - bits));
      code.set(right, v128.xor(rotated, left));
    }
    code.set(left, i32x4.add(left, keys[group % 3]!));
    code.set(right, i32x4.add(i32x4.add(right, keys[(group + 1) % 3]!), group));
  }
}

/** y[2j], y[2j + 1] = Threefry(key, counter (j, step)) */
export const randomBits: Lowering<Primitives["randomBits"]> = ({
  inputs: [key, step],
  outputs: [y],
  attributes: { count },
}) => [callOf(randomBitsKernel, { key: key!, step: step!, y: y!, count }, Math.ceil(count / words), wordTime * count)];
