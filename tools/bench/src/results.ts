import type { Timing } from "./protocol.ts";

/** What came of one participant on one row. */
export interface Result {
  readonly row: string;
  /** The participant's name; ", way" follows for any but the first way to use it. */
  readonly entry: string;
  readonly threads: number;
  /** How far the checked results were from the right ones. */
  readonly error: number;
  /** Milliseconds of one run, for each round. */
  readonly samples: readonly Omit<Timing, "runs">[];
  /** Floating point operations of one run, where their number a second is of interest. */
  readonly operations: number | undefined;
}

/** Why there is no result. */
export interface Gap {
  readonly row: string;
  readonly entry: string;
  readonly reason: string;
}

/** The middle of the values, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Milliseconds of one run: the median by the clock; with one thread the median of processor time if that is smaller, as
 * other programs do not count in it.
 */
export function timeOf({ samples, threads }: Result): number {
  const wall = median(samples.map((sample) => sample.wall));
  return threads === 1 ? Math.min(wall, median(samples.map(({ processor }) => processor))) : wall;
}

/** All that was measured. */
export class Results {
  readonly results: Result[] = [];
  readonly gaps: Gap[] = [];

  find(row: string, entry: string): Result | undefined {
    return this.results.find((result) => result.row === row && result.entry === entry);
  }

  /** Milliseconds of one run, if it was measured. */
  time(row: string, entry: string): number | undefined {
    const result = this.find(row, entry);
    return result === undefined ? undefined : timeOf(result);
  }
}
