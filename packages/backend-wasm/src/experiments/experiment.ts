import type { LinearMemory } from "../memory/linear-memory.ts";
import type { Library } from "../program/library.ts";

/** Opens a library of kernels, for 256 bits if `wide`. */
export type OpenLibrary = (wide: boolean) => Library;

/** A feature of the engine that its makers call experimental. Where it cannot be had, it warns and changes nothing. */
export interface Experiment {
  /** What it does before the engine is examined. */
  readonly begin?: () => void;
  /** The library of a backend. */
  readonly library?: (open: OpenLibrary, linear: LinearMemory) => Library;
}

/** The library of a backend with experiments. */
export function libraryOf(experiments: readonly Experiment[], open: OpenLibrary, linear: LinearMemory): Library {
  const { library } = experiments.find((experiment) => experiment.library !== undefined) ?? {};
  return library === undefined ? open(false) : library(open, linear);
}

/** Tells that an experiment is given up. */
export function giveUp(name: string, reason: string): void {
  console.warn(`wasm: ${reason}; going on without ${name}`);
}
