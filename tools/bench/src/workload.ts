import type { Arrays } from "./arrays.ts";
import type { Case, Outputs, Parameters } from "./case.ts";
import type { PerformanceGoal } from "./performance-goal.ts";

/** One line of a table: a workload with its numbers. */
export interface Row {
  readonly name: string;
  readonly parameters?: Parameters;
  /** The arrays that every participant gets. */
  inputs(): Arrays;
  /** Works out the right results, and tells how far others are from them, relative to the largest. */
  check(inputs: Arrays): (outputs: Outputs) => number;
  /** Floating point operations of one run, where their number a second is of interest. */
  readonly operations?: number;
}

/** What our own library is given to make a case. */
export interface Given {
  readonly parameters: Parameters;
  readonly arrays: Arrays;
  readonly way: string;
}

/** The way to use our library that loads it from its packages as they are published; the others load one file with all of it. */
export const asPublished = "as published";

/** Workloads that are measured together: one table. */
export interface Group {
  /** What `--only` and the participants' makers call it. */
  readonly name: string;
  readonly title: string;
  /** What one run is, in a sentence or two. */
  readonly about: string;
  readonly rows: readonly Row[];
  /** The largest error of results that count as right. */
  readonly tolerance: number;
  /** Ways to use our library for it, the usual one first. */
  readonly ways?: readonly string[];
  /** Makes the case with our library, on the backend that is in use. */
  readonly gradloom?: (given: Given) => Case;
  /** The only participants that take part. */
  readonly participants?: readonly string[];
  /** Takes another group's cases, timed from before a library is loaded to the end of its first run, in a process of its own each time. */
  readonly firstRunOf?: string;
  /** Whether tables tell the errors. */
  readonly tellErrors?: boolean;
  readonly goals?: readonly PerformanceGoal[];
}
