import * as core from "@gradloom/core";
import type { DType, Tensor } from "@gradloom/core";
import { array, constantFrom, integer, oneof, tuple } from "fast-check";
import { wholePower } from "../cases/whole-power.ts";
import { compareArrays } from "../compare-arrays.ts";
import { evaluate } from "../evaluate.ts";
import type { HostArray } from "../host-array.ts";
import { property } from "../property.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";
import { refused } from "./primitive-laws.ts";

/** A function of whole numbers and what it gives exactly, before it wraps. */
type Exact<Values extends readonly unknown[]> = readonly [
  call: (...values: Values) => Tensor,
  exact: (...values: { readonly [Place in keyof Values]: Values[Place] extends Tensor ? bigint : number }) => bigint,
];

const sizeOf = (a: bigint): bigint => (a < 0n ? -a : a);
const bool = (holds: boolean): bigint => (holds ? 1n : 0n);
const floored = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b - bool(a % b !== 0n && a % b < 0n !== b < 0n));

const unaries: Readonly<Record<string, Exact<[Tensor]>>> = {
  neg: [core.neg, (a) => -a],
  abs: [core.abs, sizeOf],
  sign: [core.sign, (a) => bool(a > 0n) - bool(a < 0n)],
  square: [core.square, (a) => a * a],
};

const binaries: Readonly<Record<string, Exact<[Tensor, Tensor]>>> = {
  add: [core.add, (a, b) => a + b],
  sub: [core.sub, (a, b) => a - b],
  mul: [core.mul, (a, b) => a * b],
  pow: [core.pow, wholePower],
  truncatedDiv: [core.truncatedDiv, (a, b) => (b === 0n ? 0n : a / b)],
  floorDiv: [core.floorDiv, floored],
  remainder: [core.remainder, (a, b) => (b === 0n ? 0n : a - b * floored(a, b))],
  maximum: [core.maximum, (a, b) => (a > b ? a : b)],
  minimum: [core.minimum, (a, b) => (a < b ? a : b)],
  less: [core.less, (a, b) => bool(a < b)],
  lessEqual: [core.lessEqual, (a, b) => bool(a <= b)],
  equal: [core.equal, (a, b) => bool(a === b)],
  notEqual: [core.notEqual, (a, b) => bool(a !== b)],
};

/** Functions of all numbers of a list. */
const lists: Readonly<Record<string, readonly [(x: Tensor) => Tensor, (values: readonly bigint[]) => bigint]>> = {
  sum: [core.sum, (values) => values.reduce((total, value) => total + value, 0n)],
  prod: [core.prod, (values) => values.reduce((total, value) => total * value, 1n)],
  max: [core.max, (values) => values.reduce((most, value) => (value > most ? value : most))],
  min: [core.min, (values) => values.reduce((least, value) => (value < least ? value : least))],
  cumsum: [
    (x) => core.slice(core.cumsum(x, { axis: 0 }), [-1]),
    (values) => values.reduce((total, value) => total + value, 0n),
  ],
  matmul: [(x) => core.matmul(x, x), (values) => values.reduce((total, value) => total + value * value, 0n)],
};

/** Functions of whole numbers and a number, which may be a fraction, infinite or beyond them, and what they are of real numbers. */
const comparisons: Readonly<
  Record<string, readonly [(x: Tensor, value: number) => Tensor, (x: number, value: number) => number | boolean]>
> = {
  less: [core.less, (x, value) => x < value],
  lessEqual: [core.lessEqual, (x, value) => x <= value],
  greater: [core.greater, (x, value) => x > value],
  greaterEqual: [core.greaterEqual, (x, value) => x >= value],
  equal: [core.equal, (x, value) => x === value],
  notEqual: [core.notEqual, (x, value) => x !== value],
  "less, the number first": [(x, value) => core.less(value, x), (x, value) => value < x],
  "lessEqual, the number first": [(x, value) => core.lessEqual(value, x), (x, value) => value <= x],
  "equal, the number first": [(x, value) => core.equal(value, x), (x, value) => x === value],
};

const ranges = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1] } as const;

/** Every function of whole numbers is exact modulo 2^32 at the edges of what they hold, and compares and clips as real numbers do beyond. */
export function integerLaws(law: Law, tested: BackendUnderTest): void {
  for (const dtype of ["int32", "uint32"] as const) {
    const [least, most] = ranges[dtype];
    const near = [0, 1, 2, 3, 65_535, 65_536, 46_341, most - 1, most, least, least + 1].map((value) => [value, -value]);
    const held = near.flat().filter((value) => value >= least && value <= most);
    const whole = oneof(constantFrom(...held), integer({ min: -9, max: 40 }), integer({ min: least, max: most })).map(
      (value) => wrapped(BigInt(value), dtype),
    );
    const some = array(whole, { minLength: 1, maxLength: 6 });
    const run = async (
      inputs: readonly (readonly number[])[],
      call: (...tensors: Tensor[]) => Tensor,
      expected: readonly (number | boolean)[],
    ): Promise<void> => {
      const backend = await tested.backend();
      const arrays = inputs.map((data): HostArray => ({ shape: [data.length], dtype, data }));
      const results = (): Promise<readonly HostArray[]> =>
        evaluate(backend, arrays, (tensors) => [core.reshape(call(...(tensors as Tensor[])), [-1])]);
      if (!backend.supports.dtypes.includes(dtype)) return refused(results, dtype);
      const [result] = await results();
      compareArrays("result", result!, { ...result!, data: expected.map(Number) }, () => 0);
    };
    const exactly = (value: bigint, name: string): number =>
      name in comparisons ? Number(value) : wrapped(value, dtype);
    for (const [name, [call, exact]] of Object.entries(unaries))
      law(
        `${name} of ${dtype} at its edges`,
        property([some], (a) =>
          run(
            [a],
            call,
            a.map((value) => wrapped(exact(BigInt(value)), dtype)),
          ),
        ),
      );
    for (const [name, [call, exact]] of Object.entries(binaries))
      law(
        `${name} of ${dtype} at its edges`,
        property([array(tuple(whole, whole), { minLength: 1, maxLength: 6 })], (pairs) =>
          run(
            [pairs.map(([a]) => a), pairs.map(([, b]) => b)],
            call,
            pairs.map(([a, b]) => exactly(exact(BigInt(a), BigInt(b)), name)),
          ),
        ),
      );
    for (const [name, [call, exact]] of Object.entries(lists))
      law(
        `${name} of ${dtype} at its edges`,
        property([some], (a) => run([a], call, [wrapped(exact(a.map(BigInt)), dtype)])),
      );
    const real = oneof(
      whole,
      constantFrom(3e9, -3e9, 5e9, 1e300, -1e300, Infinity, -Infinity, NaN, 0.5, -0.5, most + 0.5, least - 0.5, -1),
      whole.map((value) => value + 0.5),
    );
    for (const [name, [call, exact]] of Object.entries(comparisons))
      law(
        `${name} of ${dtype} and a number`,
        property([some, real], (a, value) =>
          run(
            [a],
            (x) => call(x, value),
            a.map((one) => exact(one, value)),
          ),
        ),
      );
    const bound = oneof(whole, constantFrom(3e9, -3e9, 5e9, -1, Infinity, -Infinity));
    law(
      `clip of ${dtype} to bounds that may lie beyond it`,
      property([some, bound, bound], (a, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const held = (value: number): number => Math.min(Math.max(value, least), most);
        return run(
          [a],
          (x) => core.clip(x, low, high),
          a.map((value) => Math.min(Math.max(value, held(low)), held(high))),
        );
      }),
    );
  }
}

function wrapped(value: bigint, dtype: DType): number {
  return Number(dtype === "int32" ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));
}
