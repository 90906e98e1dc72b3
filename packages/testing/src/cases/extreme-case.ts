import { anyFunction, checkOptions, type DType, type Fields, listOf, rule, type Tensor } from "@gradloom/core";

/** The dtypes that have extremes. */
export type FloatDType = Extract<DType, "float32" | "float64">;

export const floatDTypes: readonly FloatDType[] = ["float32", "float64"];

/** What a float dtype holds. */
export interface FloatLimits {
  readonly dtype: FloatDType;
  /** The largest finite number. */
  readonly largest: number;
  /** The smallest number above 0 whose digits are all there. */
  readonly smallestNormal: number;
  /** The smallest number above 0. */
  readonly smallest: number;
  /** How far the next number after 1 is. */
  readonly unit: number;
  /** Beyond its negative, exp is 0; from about the first on, exp is infinite. */
  readonly exponents: readonly number[];
}

/** The limits of both float dtypes. */
export const floatLimits: Readonly<Record<FloatDType, FloatLimits>> = {
  float32: {
    dtype: "float32",
    largest: (2 - 2 ** -23) * 2 ** 127,
    smallestNormal: 2 ** -126,
    smallest: 2 ** -149,
    unit: 2 ** -23,
    exponents: [16, 44.5, 88, 89, 105],
  },
  float64: {
    dtype: "float64",
    largest: Number.MAX_VALUE,
    smallestNormal: 2 ** -1022,
    smallest: 2 ** -1074,
    unit: 2 ** -52,
    exponents: [36, 355, 709, 710, 746],
  },
};

/** The numbers of one sample: the operands of an elementwise function, or a row. */
export type Sample = readonly number[];

/** Where a function does otherwise than its reference on purpose, as its documentation says. */
export interface ExtremeException {
  readonly of: "value" | "slope";
  /** Whether it holds for the output, or the slope in the number, at `place` of what the sample gives. */
  at(sample: Sample, place: number, limits: FloatLimits): boolean;
  /** What comes out there. */
  readonly gives: number | ((sample: Sample) => number);
  readonly why: string;
}

type Size = (sample: Sample, want: number, limits: FloatLimits) => number;

/** What is judged beside the numbers themselves. */
export interface ExtremeOptions {
  /** Which samples to take; all edges if left out, and mixtures of them. */
  readonly samples?: (limits: FloatLimits) => readonly Sample[];
  /** What the rounding of an output is relative to, where not to itself. */
  readonly size?: Size;
  /** What the rounding of a slope is relative to, where not to itself. */
  readonly slopeSize?: Size;
  readonly exceptions?: readonly ExtremeException[];
}

const extremeFields: Fields<ExtremeOptions> = {
  samples: anyFunction(),
  size: anyFunction(),
  slopeSize: anyFunction(),
  exceptions: listOf(rule("an object", (value) => typeof value === "object" && value !== null)),
};

/** A function at the edges of what a float holds, against references in doubles that are right there, if need be as limits. */
export interface ExtremeCase extends Required<ExtremeOptions> {
  /** Whether a sample is a row that the function runs along, and not a place of its operands. */
  readonly rows: boolean;
  call(inputs: readonly Tensor[]): Tensor;
  /** The outputs of a sample; NaN where there is no limit. */
  value(sample: Sample): readonly number[];
  /** The slopes, in each number of the sample, of its output, of several outputs with the weights 1, 2, 3, …; none if nothing is differentiable. */
  readonly slopes: ((sample: Sample) => readonly number[]) | undefined;
}

/** Edges of both signs, with NaN: zeros, what underflows, neighbours of 1, where exp ends, what overflows when squared, infinities. */
function edges({ largest, smallestNormal, smallest, unit, exponents }: FloatLimits): readonly number[] {
  const sizes = [
    0,
    smallest,
    smallestNormal,
    Math.sqrt(smallestNormal) / 4,
    unit / 8,
    0.5,
    1 - unit / 2,
    1,
    1 + unit,
    2,
    5,
    ...exponents,
    1e4,
    1.1 * Math.sqrt(largest),
    largest ** 0.8,
    largest / 2,
    largest,
    Infinity,
  ];
  return [...sizes, ...sizes.map((size) => -size), NaN];
}

/** Fewer of them, to be combined. */
function corners({ largest, smallestNormal, smallest, unit }: FloatLimits): readonly number[] {
  const sizes = [0, smallest, smallestNormal, 0.5, 1, 1 + unit, 2, 3, 1.1 * Math.sqrt(largest), largest, Infinity];
  return [...sizes, ...sizes.map((size) => -size), NaN];
}

/** All rows of `length` of the numbers. */
export function rowsOf(numbers: readonly number[], length: number): readonly Sample[] {
  if (length === 0) return [[]];
  return numbers.flatMap((first) => rowsOf(numbers, length - 1).map((rest) => [first, ...rest]));
}

const plain = {
  size: (_: Sample, want: number) => Math.abs(want),
  slopeSize: (_: Sample, want: number) => Math.abs(want),
  exceptions: [],
};

/** The edges of an elementwise function of as many operands as `value` takes. */
export function pointwise(
  call: (...operands: Tensor[]) => Tensor,
  value: (...operands: number[]) => number,
  slopes: ((...operands: number[]) => readonly number[] | number) | undefined,
  options: ExtremeOptions = {},
): ExtremeCase {
  checkOptions("pointwise", extremeFields, options);
  const operands = value.length;
  return {
    ...plain,
    samples: (limits) => (operands === 1 ? edges(limits).map((x) => [x]) : rowsOf(corners(limits), operands)),
    ...options,
    rows: false,
    call: (inputs) => call(...inputs),
    value: (sample) => [value(...sample)],
    slopes: slopes && ((sample) => [slopes(...sample)].flat()),
  };
}

/** The edges of a function along rows, of which `value` gives a number or several. */
export function alongRows(
  call: (x: Tensor) => Tensor,
  value: (row: Sample) => readonly number[] | number,
  slopes: ((row: Sample) => readonly number[]) | undefined,
  options: ExtremeOptions = {},
): ExtremeCase {
  checkOptions("alongRows", extremeFields, options);
  return {
    ...plain,
    samples: (limits) => mixtures(limits),
    ...options,
    rows: true,
    call: ([x]) => call(x!),
    value: (row) => [value(row)].flat(),
    slopes,
  };
}

/** Rows of edges. What overflows on the way to a finite sum, or to -Infinity, is left out, since it depends on the order. */
function mixtures({ largest, smallestNormal, smallest }: FloatLimits): readonly Sample[] {
  const numbers = [0, smallest, -smallestNormal, 1, -2, largest ** 0.8, largest, Infinity, -Infinity, NaN];
  return rowsOf(numbers, 3).filter(
    (row) => !row.includes(-Infinity) || row.indexOf(largest) === row.lastIndexOf(largest),
  );
}
