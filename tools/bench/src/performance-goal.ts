import type { Results } from "./results.ts";

/** A figure that we want to reach. */
export interface PerformanceGoal {
  readonly says: string;
  /** The figure, where what it needs was measured. */
  measured(results: Results): number | undefined;
  readonly unit: "×" | "ms" | "µs" | "%" | "";
  readonly least?: number;
  readonly most?: number;
}

/** Whether a figure reaches a goal. */
export function reaches({ least = -Infinity, most = Infinity }: PerformanceGoal, figure: number): boolean {
  return figure >= least && figure <= most;
}

/** How many times as long one participant takes as ours; `row` is "group/row", a way follows a participant's name after a comma. */
function quotient(results: Results, row: string, ours: string, theirs: string): number | undefined {
  const [own, other] = [results.time(row, ours), results.time(row, theirs)];
  return own === undefined || other === undefined ? undefined : other / own;
}

/** Ours is at least `least` times as fast as theirs. */
export function timesAsFast(row: string, ours: string, theirs: string, least: number): PerformanceGoal {
  return {
    says: `${row}: ${ours} at least ${least}× as fast as ${theirs}`,
    measured: (results) => quotient(results, row, ours, theirs),
    unit: "×",
    least,
  };
}

/** Ours is at least `least` times as fast as the fastest of theirs. */
export function timesAsFastAsAny(row: string, ours: string, theirs: readonly string[], least: number): PerformanceGoal {
  return {
    says: `${row}: ${ours} at least ${least}× as fast as the fastest of ${theirs.join(", ")}`,
    measured: (results) => {
      const quotients = theirs.flatMap((peer) => quotient(results, row, ours, peer) ?? []);
      return quotients.length === 0 ? undefined : Math.min(...quotients);
    },
    unit: "×",
    least,
  };
}

/** Ours takes at most `most` times as long as theirs. */
export function timesAsLong(row: string, ours: string, theirs: string, most: number): PerformanceGoal {
  return {
    says: `${row}: ${ours} takes at most ${most}× as long as ${theirs}`,
    measured: (results) => {
      const faster = quotient(results, row, ours, theirs);
      return faster === undefined ? undefined : 1 / faster;
    },
    unit: "×",
    most,
  };
}

/** Ours takes at most `most` milliseconds or microseconds. */
export function atMost(row: string, ours: string, most: number, unit: "ms" | "µs" = "ms"): PerformanceGoal {
  return {
    says: `${row}: ${ours} takes at most ${most} ${unit}`,
    measured: (results) => {
      const time = results.time(row, ours);
      return time === undefined ? undefined : time * (unit === "ms" ? 1 : 1000);
    },
    unit,
    most,
  };
}
