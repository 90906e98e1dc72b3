import { detectEngine } from "../engine.ts";
import { Arena } from "../memory/arena.ts";
import { LinearMemory } from "../memory/linear-memory.ts";
import type { Residence } from "../memory/wasm-buffer.ts";
import { Library } from "./library.ts";

/** What the programs of one backend share: memory, working memory, kernels. */
export interface Workshop extends Residence {
  readonly library: Library;
  readonly arena: Arena;
}

/** A workshop with memory of its own. `relaxed` as in the options of the backend. */
export function openWorkshop(relaxed = true): Workshop {
  const engine = detectEngine();
  const linear = new LinearMemory();
  return {
    linear,
    release: new FinalizationRegistry((address) => linear.release(address)),
    arena: new Arena(linear),
    library: new Library({ memory: { shared: false }, relaxed: relaxed && engine.relaxed }, linear.memory),
  };
}
