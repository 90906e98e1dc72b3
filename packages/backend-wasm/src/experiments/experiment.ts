import type { LinearMemory } from "../memory/linear-memory.ts";
import type { Library } from "../program/library.ts";

/** Opens a library of kernels, for 256 bits if `wide`. @internal */
export type OpenLibrary = (wide: boolean) => Library;

/** A feature of the engine that its makers call experimental. Where it cannot be had, it warns and changes nothing. */
export interface Experiment {
  readonly name: string;
  /** What it does before the engine is examined, for a backend that may use relaxed SIMD or not; whether it is in force. */
  readonly begin?: (relaxed: boolean) => boolean;
  /** The library of a backend; undefined where the experiment cannot be had. @internal */
  readonly library?: (open: OpenLibrary, linear: LinearMemory) => Library | undefined;
}

/** The library of a backend with experiments, and the names of those that are in force. @internal */
export function libraryOf(
  begun: readonly Experiment[],
  open: OpenLibrary,
  linear: LinearMemory,
): { readonly library: Library; readonly experiments: readonly string[] } {
  let library: Library | undefined;
  const inForce = begun.filter((experiment) => {
    library ??= experiment.library?.(open, linear);
    return experiment.library === undefined || library !== undefined;
  });
  return { library: library ?? open(false), experiments: inForce.map(({ name }) => name) };
}

const warned = /*#__PURE__*/ new Set<string>();

/** Warns that an experiment is given up, once in a process. */
export function giveUp(name: string, reason: string): void {
  if (!warned.has(name)) console.warn(`wasm: ${reason}; going on without ${name}`);
  warned.add(name);
}
