import * as core from "@gradloom/core";
import type { DType, Shape, Tensor } from "@gradloom/core";
import { type Arbitrary, constantFrom, integer, record } from "fast-check";
import type { HostArray } from "../host-array.ts";
import { shapes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { threefry } from "./threefry.ts";

/** A shape, a key and a step. */
export interface Setting {
  readonly shape: Shape;
  readonly words: readonly [number, number];
  readonly step: number;
}

function keyed(): Arbitrary<Setting> {
  const word = integer({ min: 0, max: 2 ** 32 - 1 });
  return record({
    shape: shapes(),
    words: record({ left: word, right: word }).map(({ left, right }) => [left, right] as const),
    step: word,
  });
}

/** The first random words of the key at the step. */
export function bits({ words, step }: Setting, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => threefry(words, [Math.floor(at / 2), step])[at % 2]!);
}

/** The first uniform numbers of the key at the step. */
function uniforms(setting: Setting, count: number): readonly number[] {
  return bits(setting, count).map((word) => Math.floor(word / 256) / 2 ** 24);
}

/** The same in float64: 27 bits of one word and 26 of the next. */
export function doubles(setting: Setting, count: number): readonly number[] {
  const words = bits(setting, 2 * count);
  return Array.from({ length: count }, (_, at) => {
    const [high, low] = [Math.floor(words[2 * at]! / 2 ** 5), Math.floor(words[2 * at + 1]! / 2 ** 6)];
    return (high * 2 ** 26 + low) / 2 ** 53;
  });
}

/** Box & Muller's: the first half are radii, the second angles. */
function normals(setting: Setting, count: number): readonly number[] {
  const unit = doubles(setting, 2 * count);
  return unit
    .slice(0, count)
    .map((value, at) => Math.sqrt(-2 * Math.log(1 - value)) * Math.cos(2 * Math.PI * unit[count + at]!));
}

/** A row of a function of a key whose step is a tensor. */
export function random(
  call: (key: core.RandomKey, shape: Shape) => Tensor,
  numbersOf: (setting: Setting, count: number) => readonly number[],
  dtype: DType,
): FunctionCase {
  return functionCase({
    settings: keyed(),
    inputs: ({ step }) => [{ shape: [1], dtype: "uint32", domain: { among: [step] } }],
    call: ([step], { shape, words }) => call({ words, step: step! }, shape),
    reference: (_, setting): HostArray => ({
      shape: setting.shape,
      dtype,
      data: numbersOf(setting, core.sizeOf(setting.shape)),
    }),
    differentiable: false,
    dtypes: ["float32"],
  });
}

/** A range for a key, and the largest number within: among them one whose upper bound rounding would give. */
function rangeOf({ words: [word] }: Pick<core.RandomKey, "words">): Record<"low" | "high" | "last", number> {
  return word % 2 === 0
    ? { low: -1, high: 3, last: 3 - 2 ** -51 }
    : { low: 2 ** 52, high: 2 ** 52 + 2, last: 2 ** 52 + 1 };
}

/** The rows of the random functions and of `iota`. */
export const randomFunctions = {
  randomBits: (): FunctionCase => random(core.randomBits, bits, "uint32"),
  randomUnit: (): FunctionCase => random((key, shape) => core.randomUnit(key, shape, "float64"), doubles, "float64"),
  randomUniform: (): FunctionCase =>
    random(
      (key, shape) => {
        const { low, high } = rangeOf(key);
        return core.randomUniform(key, shape, { low, high, dtype: "float64" });
      },
      (setting, count) => {
        const { low, high, last } = rangeOf(setting);
        return doubles(setting, count).map((value) => Math.min((high - low) * value + low, last));
      },
      "float64",
    ),
  randomNormal: (): FunctionCase =>
    random(
      (key, shape) => core.randomNormal(key, shape, { mean: 1, deviation: 2, dtype: "float64" }),
      (setting, count) => normals(setting, count).map((value) => 1 + 2 * value),
      "float64",
    ),
  randomBernoulli: (): FunctionCase =>
    random(
      (key, shape) => core.randomBernoulli(key, shape, 0.25),
      (setting, count) => uniforms(setting, count).map((value) => Number(value < 0.25)),
      "bool",
    ),
  iota: (): FunctionCase =>
    functionCase({
      settings: constantFrom(0, 1, 5, 1030),
      inputs: () => [],
      call: (_, count) => core.iota(count),
      reference: (_, count): HostArray => ({
        shape: [count],
        dtype: "int32",
        data: Array.from({ length: count }, (_value, at) => at),
      }),
      differentiable: false,
      dtypes: ["int32"],
    }),
};
