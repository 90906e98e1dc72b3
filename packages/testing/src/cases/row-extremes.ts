import * as core from "@gradloom/core";
import { noDirection } from "./elementwise-extremes.ts";
import {
  alongRows,
  type ExtremeCase,
  type ExtremeException,
  type ExtremeOptions,
  rowsOf,
  type Sample,
} from "./extreme-case.ts";
import type { reductionCompositions } from "./reduction-compositions.ts";
import type { reductionFunctions } from "./reduction-functions.ts";
import type { softmaxFunctions } from "./softmax-functions.ts";

type Names = keyof typeof reductionFunctions | keyof typeof reductionCompositions | keyof typeof softmaxFunctions;

const last = { axis: -1 };
const anyNaN = (row: Sample): boolean => row.some(Number.isNaN);
const total = (row: Sample): number => row.reduce((sum, x) => sum + x, 0);
const largestOf = (row: Sample): number => Math.max(...row.map(Math.abs));
/** Of sixteenths, whose sum cannot overflow. */
const average = (row: Sample): number => (total(row.map((x) => x / 16)) / row.length) * 16;
const overflows = (row: Sample, largest: number): boolean =>
  row.every(Number.isFinite) && Math.abs(total(row.map((x) => x / 16))) > (largest / 16) * (1 + 2 ** -25);
const finiteSize = (row: Sample): number =>
  row.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);

/** One slope for each that has the value. */
const shared = (row: Sample, won: number): readonly number[] => {
  const winners = row.filter((x) => x === won).length;
  return row.map((x) => (x === won ? 1 / winners : 0));
};

/** A sum beyond the dtype, where what is made of its mean is not. */
const sumOverflows = (reference: (row: Sample) => number): ExtremeException => ({
  of: "value",
  at: (row, _, { largest }) => overflows(row, largest) && reference(row) < largest / 1.001,
  gives: Infinity,
  why: "the sum of the numbers overflows",
});

/** For functions that multiply, no numbers whose products leave the floats and come back. */
const factors: ExtremeOptions = {
  samples: ({ largest }) => rowsOf([0, 1, -2, 0.5, largest ** 0.3, Infinity, -Infinity, NaN], 3),
};

/** sqrt of the sum of squares. */
const length = (row: Sample): number => (anyNaN(row) ? NaN : Math.hypot(...row));

/** Slopes are as good as what divides them, which has few digits where it is next to nothing. */
function ofLength(lengthOf: (row: Sample) => number): NonNullable<ExtremeOptions["slopeSize"]> {
  return (row, want, { smallestNormal }) => Math.abs(want) * (1 + smallestNormal / lengthOf(row));
}

function normOf(ord: number): (row: Sample) => number {
  return (row) => {
    const sizes = row.map(Math.abs);
    if (anyNaN(row)) return NaN;
    const leading = ord > 0 ? Math.max(...sizes) : Math.min(...sizes);
    if (leading === 0 || leading === Infinity) return leading;
    return leading * total(sizes.map((size) => (size / leading) ** ord)) ** (1 / ord);
  };
}

function norm(ord: number, slopes: (row: Sample) => readonly number[]): () => ExtremeCase {
  return () =>
    alongRows((x) => core.norm(x, { ...last, ord }), normOf(ord), slopes, {
      slopeSize: ofLength(normOf(ord)),
      exceptions: ord > 0 && ord !== 1 ? [noDirection] : [],
    });
}

/** (|x| / norm)^(ord - 1) with the sign of x; 0 at 0. */
function slopesOfNorm(ord: number): (row: Sample) => readonly number[] {
  const whole = normOf(ord);
  return (row) =>
    row.map((x) => {
      if (x === 0) return 0;
      const infinite = row.filter((other) => Math.abs(other) === Infinity).length;
      const ratio = Math.abs(x) === Infinity && ord > 0 ? (infinite === 1 ? 1 : NaN) : Math.abs(x) / whole(row);
      if (ord > 0 && ord < 1 && ratio !== 1) return Math.sign(x) * Math.abs(x) ** (ord - 1) * whole(row) ** (1 - ord);
      return Math.sign(x) * ratio ** (ord - 1);
    });
}

/** exp(x) over its sum: of one infinite x all, of several none that is known. */
function shares(row: Sample): readonly number[] {
  const most = Math.max(...row);
  if (most === Infinity) {
    const each = row.filter((x) => x === most).length === 1 ? 1 : NaN;
    return row.map((x) => (x === most ? each : 0));
  }
  const powers = row.map((x) => Math.exp(x - most));
  return powers.map((power) => power / total(powers));
}

function logShares(row: Sample): readonly number[] {
  const most = Math.max(...row);
  if (most === Infinity) return shares(row).map(Math.log);
  const logTotal = Math.log(total(row.map((x) => Math.exp(x - most))));
  return row.map((x) => x - most - logTotal);
}

const unitSize = (_: Sample, want: number): number => Math.max(1, Math.abs(want));
const sumOfExp = (row: Sample): number => {
  const most = Math.max(...row);
  return Number.isFinite(most) ? most + Math.log(total(row.map((x) => Math.exp(x - most)))) : most;
};

const infinities = (row: Sample): number => row.filter((x) => x === Infinity).length;
const infiniteTotal: ExtremeException = {
  of: "value",
  at: (row, place) => !anyNaN(row) && (row[place] === Infinity ? infinities(row) === 1 : infinities(row) > 0),
  gives: NaN,
  why: "an infinite total has no shares",
};
const nothing: ExtremeException = {
  of: "slope",
  at: (row) => row.every((x) => x === -Infinity),
  gives: 0,
  why: "a sum of nothing has no slopes",
};

const running = (row: Sample, of: (values: Sample) => number): readonly number[] =>
  row.map((_, at) => of(row.slice(0, at + 1)));
const productOf = (row: Sample): number => row.reduce((product, x) => product * x, 1);

/** The edges of every function of floats along axes. */
export const rowExtremes: Readonly<Record<Names, () => ExtremeCase>> & Readonly<Record<string, () => ExtremeCase>> = {
  sum: () =>
    alongRows(
      (x) => core.sum(x, last),
      total,
      (row) => row.map(() => 1),
      { size: finiteSize },
    ),
  mean: () =>
    alongRows(
      (x) => core.mean(x, last),
      average,
      (row) => row.map(() => 1 / row.length),
      { size: finiteSize, exceptions: [sumOverflows(average)] },
    ),
  max: () =>
    alongRows(
      (x) => core.max(x, last),
      (row) => Math.max(...row),
      (row) => shared(row, Math.max(...row)),
    ),
  min: () =>
    alongRows(
      (x) => core.min(x, last),
      (row) => Math.min(...row),
      (row) => shared(row, Math.min(...row)),
    ),
  argMax: () =>
    alongRows(
      (x) => core.argMax(x, last),
      (row) => (anyNaN(row) ? row.findIndex(Number.isNaN) : row.indexOf(Math.max(...row))),
      undefined,
    ),
  argMin: () =>
    alongRows(
      (x) => core.argMin(x, last),
      (row) => (anyNaN(row) ? row.findIndex(Number.isNaN) : row.indexOf(Math.min(...row))),
      undefined,
    ),
  any: () =>
    alongRows(
      (x) => core.any(x, last),
      (row) => Number(row.some((x) => x !== 0)),
      undefined,
    ),
  all: () =>
    alongRows(
      (x) => core.all(x, last),
      (row) => Number(row.every((x) => x !== 0)),
      undefined,
    ),
  countNonzero: () =>
    alongRows(
      (x) => core.countNonzero(x, last),
      (row) => row.filter((x) => x !== 0).length,
      undefined,
    ),
  prod: () =>
    alongRows(
      (x) => core.prod(x, last),
      productOf,
      (row) => row.map((_, at) => productOf(row.toSpliced(at, 1))),
      factors,
    ),
  cumsum: () =>
    alongRows(
      (x) => core.cumsum(x, last),
      (row) => running(row, total),
      (row) => row.map((_, at) => total([1, 2, 3].slice(at))),
      { size: finiteSize },
    ),
  cumprod: () =>
    alongRows(
      (x) => core.cumprod(x, last),
      (row) => running(row, productOf),
      ([a, b, c]) => [1 + 2 * b! + 3 * b! * c!, 2 * a! + 3 * a! * c!, 3 * a! * b!],
      factors,
    ),
  variance: () =>
    alongRows(
      (x) => core.variance(x, last),
      varianceOf,
      (row) => row.map((x) => (Number.isFinite(total(row)) ? ((x - average(row)) / row.length) * 2 : NaN)),
      {
        // Each distance is off by the rounding of the largest number.
        size: (row, want) => want + Math.sqrt(want) * finiteSize(row) + finiteSize(row) ** 2 * 1e-5,
        slopeSize: finiteSize,
        exceptions: [sumOverflows(varianceOf)],
      },
    ),
  standardDeviation: () =>
    alongRows(
      (x) => core.standardDeviation(x, last),
      deviationOf,
      (row) => row.map((x) => (deviationOf(row) === 0 ? 0 : (x - average(row)) / row.length / deviationOf(row))),
      {
        size: finiteSize,
        slopeSize: (row, want, { smallestNormal }) =>
          deviationOf(row) === 0 ? 0 : (finiteSize(row) + smallestNormal) / deviationOf(row),
        exceptions: [sumOverflows(deviationOf)],
      },
    ),
  logSumExp: () =>
    alongRows((x) => core.logSumExp(x, last), sumOfExp, shares, {
      exceptions: [{ ...infiniteTotal, of: "slope" }, nothing],
    }),
  norm: () =>
    alongRows((x) => core.norm(x, last), length, slopesOfNorm(2), {
      slopeSize: ofLength(length),
      exceptions: [noDirection],
    }),
  "norm of order 0": () =>
    alongRows(
      (x) => core.norm(x, { ...last, ord: 0 }),
      (row) => row.filter((x) => x !== 0).length,
      (row) => row.map(() => 0),
    ),
  "norm of order 1": norm(1, (row) => row.map(Math.sign)),
  "norm of order 3": norm(3, slopesOfNorm(3)),
  "norm of order 0.5": norm(0.5, slopesOfNorm(0.5)),
  "norm of order -1": norm(-1, slopesOfNorm(-1)),
  "norm of order Infinity": () =>
    alongRows(
      (x) => core.norm(x, { ...last, ord: Infinity }),
      largestOf,
      (row) => shared(row.map(Math.abs), largestOf(row)).map((slope, at) => slope * Math.sign(row[at]!)),
    ),
  softmax: () =>
    alongRows(
      (x) => core.softmax(x, last),
      shares,
      (row) => {
        const parts = shares(row);
        const mean = parts.reduce((sum, part, at) => sum + part * (at + 1), 0);
        return parts.map((part, at) => part * (at + 1 - mean));
      },
      { size: unitSize, slopeSize: () => 6, exceptions: [infiniteTotal] },
    ),
  logSoftmax: () =>
    alongRows(
      (x) => core.logSoftmax(x, last),
      logShares,
      (row) => shares(row).map((share, at) => at + 1 - 6 * share),
      {
        size: unitSize,
        slopeSize: () => 6,
        exceptions: [infiniteTotal],
      },
    ),
};

function varianceOf(row: Sample): number {
  return average(row.map((x) => (x - average(row)) ** 2));
}

function deviationOf(row: Sample): number {
  return length(row.map((x) => x - average(row))) / Math.sqrt(row.length);
}
