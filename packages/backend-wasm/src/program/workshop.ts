import { detectEngine } from "../engine.ts";
import { type Experiment, libraryOf, type OpenLibrary } from "../experiments/experiment.ts";
import { Arena } from "../memory/arena.ts";
import { LinearMemory } from "../memory/linear-memory.ts";
import type { Residence } from "../memory/wasm-buffer.ts";
import { Library } from "./library.ts";

/** What the programs of one backend share: memory, working memory, kernels. */
export interface Workshop extends Residence {
  readonly library: Library;
  readonly arena: Arena;
}

/** A workshop with memory of its own. `relaxed` and `experiments` as in the options of the backend. */
export function openWorkshop(relaxed = true, experiments: readonly Experiment[] = []): Workshop {
  for (const { begin } of experiments) begin?.();
  const engine = detectEngine();
  const linear = new LinearMemory();
  const open: OpenLibrary = (wide) =>
    new Library({ memory: { shared: false }, relaxed: relaxed && engine.relaxed, wide }, linear.memory);
  return {
    linear,
    release: new FinalizationRegistry((address) => linear.release(address)),
    arena: new Arena(linear),
    library: libraryOf(experiments, open, linear),
  };
}
