import { type DType, type Shape, sizeOf, type TypedArray } from "@gradloom/core";
import { dtypes } from "@gradloom/core/backend";
import type { HostArray } from "./host-array.ts";
import { randomSource } from "./random-source.ts";

/** From which numbers an input is drawn. */
export interface Domain {
  /** -2 if left out; integers -5, uint32 0. */
  readonly from?: number;
  /** 2 if left out; integers 5. */
  readonly to?: number;
  /** How far a number is from the nearest place where the function has no derivative: all drawn numbers are `margin` away. */
  readonly fromKink?: (value: number) => number;
  /** All numbers of the case differ by more than a gradient check moves them, for functions that compare them. Many numbers reach beyond `to`. */
  readonly distinct?: boolean;
  /** Drawn from these numbers instead. */
  readonly among?: readonly number[];
}

/** An input of a case: its numbers are drawn when it runs. `"float"` is the dtype that the case runs in. */
export interface InputSpec {
  readonly shape: Shape;
  readonly dtype?: DType | "float";
  readonly domain?: Domain;
}

/** How far drawn numbers keep from kinks: many times the step of the gradient check. */
const margin = 0.05;

/** The least room for a distinct number. Half of it lies between two, which the gradient check moves by 1/256 each. */
const leastRoom = 1 / 32;

/** What comparisons, NaN rules and rounding go wrong with. */
export const specialNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  NaN,
  Infinity,
  -Infinity,
  1e-30,
  -1e-30,
  1e30,
  -1e30,
];

/** Few numbers, so that many are equal. */
export const ties: Domain = { among: [-1, 0, 1, 2] };

/** The inputs of a case with numbers that the seed decides. */
export function drawInputs(
  specs: readonly InputSpec[],
  float: DType,
  seed: number,
): readonly (HostArray & { readonly data: TypedArray })[] {
  const random = randomSource(seed);
  const distinct = specs.filter(({ domain }) => domain?.distinct === true);
  const spread = spreadNumbers(
    distinct.reduce((size, { shape }) => size + sizeOf(shape), 0),
    distinct[0]?.domain ?? {},
    random,
  );
  return specs.map(({ shape, dtype = "float", domain = {} }) => {
    const known = dtype === "float" ? float : dtype;
    const draw =
      domain.distinct === true && isFloat(known) ? () => spread.pop()! : () => drawNumber(known, domain, random);
    const data = new dtypes[known].array(Array.from({ length: sizeOf(shape) }, draw));
    return { shape, dtype: known, data };
  });
}

function isFloat(dtype: DType): boolean {
  return dtypes[dtype].class === "float";
}

function drawNumber(dtype: DType, { from, to, fromKink, among }: Domain, random: () => number): number {
  if (dtype === "bool") return random() < 0.5 ? 0 : 1;
  if (among !== undefined) return among[Math.floor(random() * among.length)]!;
  if (!isFloat(dtype)) {
    const low = from ?? (dtype === "int32" ? -5 : 0);
    return Math.floor(low + random() * ((to ?? 5) + 1 - low));
  }
  for (;;) {
    const value = (from ?? -2) + random() * ((to ?? 2) - (from ?? -2));
    if (fromKink === undefined || fromKink(value) >= margin) return value;
  }
}

/** `count` numbers in random order, no two of them close to each other. */
function spreadNumbers(count: number, { from = -2, to = 2 }: Domain, random: () => number): number[] {
  const space = Math.max((to - from) / count, leastRoom);
  const numbers = Array.from({ length: count }, (_, at) => from + (at + 0.25 + random() / 2) * space);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [numbers[last], numbers[other]] = [numbers[other]!, numbers[last]!];
  }
  return numbers;
}

/** How far a number is from the nearest of the kinks. */
export function fromKinks(kinks: readonly number[]): (value: number) => number {
  return (value) => kinks.reduce((nearest, kink) => Math.min(nearest, Math.abs(value - kink)), Infinity);
}
