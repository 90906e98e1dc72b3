import { GradloomError } from "@gradloom/core";
import { detectEngine } from "../engine.ts";
import type { MemoryKind } from "../assembler/module-builder.ts";
import { libraryOf, type OpenLibrary } from "../experiments/experiment.ts";
import { Arena } from "../memory/arena.ts";
import { LinearMemory, mostPages } from "../memory/linear-memory.ts";
import type { Residence } from "../memory/wasm-buffer.ts";
import { processors } from "../threads/start-worker.ts";
import { WorkQueue } from "../threads/work-queue.ts";
import type { WasmOptions } from "../wasm.ts";
import { Library } from "./library.ts";
import type { Worthwhile } from "./write-program.ts";

/** Threads that are used unless more are asked for. */
const mostByDefault = 8;

/**
 * Waking workers takes 30 µs or more, and telling the calling thread of the end about as much; a barrier takes 1 µs, and a result is copied once
 * more, 10 bytes in a nanosecond. Two threads save less than half of the time.
 */
const usual: Worthwhile = { call: 8_000, body: 20_000, program: 250_000, byte: 0.25 };

/** What the programs of one backend share: memory, working memory, kernels, threads. */
export interface Workshop extends Residence {
  readonly library: Library;
  readonly arena: Arena;
}

/** A workshop with memory of its own. */
export function openWorkshop(
  { relaxed = true, threads = defaultThreads(), experiments = [] }: WasmOptions = {},
  worthwhile: Worthwhile = usual,
): Workshop {
  if (!Number.isInteger(threads) || threads < 1)
    throw new GradloomError("wasm-threads", `wasm: threads is ${threads}; it must be a whole number of 1 or more`);
  for (const { begin } of experiments) begin?.();
  const engine = detectEngine();
  const shared = threads > 1 ? sharedMemory() : undefined;
  const linear = new LinearMemory(shared);
  const queue = shared === undefined ? undefined : new WorkQueue(shared, threads);
  const memory: MemoryKind = shared === undefined ? { shared: false } : { shared: true, maximum: mostPages };
  const open: OpenLibrary = (wide) =>
    new Library({ memory, relaxed: relaxed && engine.relaxed, wide }, linear.memory, queue?.threads ?? 1, worthwhile);
  return {
    linear,
    queue,
    release: new FinalizationRegistry((address) => linear.release(address)),
    arena: new Arena(linear, queue),
    library: libraryOf(experiments, open, linear),
  };
}

function defaultThreads(): number {
  return Math.min(processors(), mostByDefault);
}

/** Memory that threads can share; a page has it if it is isolated from those of other origins. */
function sharedMemory(): WebAssembly.Memory | undefined {
  if (typeof SharedArrayBuffer === "undefined") return undefined;
  try {
    return new WebAssembly.Memory({ initial: 16, maximum: mostPages, shared: true });
  } catch {
    return undefined;
  }
}
