import type { Arrays } from "./arrays.ts";

/** What a workload is told besides its arrays. */
export type Parameters = Readonly<Record<string, number | boolean | string>>;

/** Results by name, as they are checked. */
export type Outputs = Readonly<Record<string, ArrayLike<number>>>;

/** A workload made ready in one library: arrays are in place, nothing was timed yet. */
export interface Case {
  /** One run. Libraries that queue their work may return before it is done. */
  run(): unknown;
  /** Waits until every run is done; timed with the batch of runs. */
  finish?(): unknown;
  /** The results that are checked, from runs of its own. Called once, before any other run. */
  outputs(): Outputs | Promise<Outputs>;
  /** What one run's time is divided by; 1 if left out. */
  readonly per?: number;
}

/** Makes a workload ready; throws, with the reason, where the library cannot do it. */
export type Maker = (parameters: Parameters, arrays: Arrays, way: string) => Case | Promise<Case>;

/** A library as the measuring process sees it. */
export interface Library {
  readonly version: string;
  readonly threads: number;
  /** Its workloads, by the name of their group. */
  readonly makers: Readonly<Record<string, Maker>>;
}

/** What a participant's module exports. */
export interface LibraryModule {
  open(options: Parameters): Promise<Library>;
}
