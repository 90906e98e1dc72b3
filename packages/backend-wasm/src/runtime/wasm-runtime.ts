import { GradloomError } from "@gradloom/core";
import { detectEngine } from "../engine.ts";
import type { MemoryKind } from "../assembler/module-builder.ts";
import { libraryOf, type OpenLibrary } from "../experiments/experiment.ts";
import { WasmKernelSets } from "../kernels/wasm-kernel.ts";
import { Arena } from "../memory/arena.ts";
import { LinearMemory } from "../memory/linear-memory.ts";
import { Reclaimer } from "../memory/reclaimer.ts";
import { mostPages, reserveMemory } from "../memory/reserve-memory.ts";
import type { Residence } from "../memory/wasm-buffer.ts";
import { processors } from "../threads/start-worker.ts";
import { type Timeout, WorkQueue } from "../threads/work-queue.ts";
import type { WasmOptions } from "./wasm-options.ts";
import { Library } from "../program/library.ts";
import type { ParallelThresholds } from "../program/program-context.ts";

/** Threads that are used unless more are asked for. */
const mostByDefault = 8;

/**
 * Waking workers takes 30 µs or more, and telling the calling thread of the end about as much; a barrier takes 1 µs. A result is copied once more,
 * from what another core wrote to new pages: softmax of [1024, 1000], handed out, took 1.2 to 1.4 times as long in two threads as in one.
 */
const usual: ParallelThresholds = { call: 8_000, body: 20_000, program: 250_000, byte: 0.5 };

/** What the programs of one backend share: memory, working memory, kernels, threads. */
export interface WasmRuntime extends Residence {
  readonly library: Library;
  /** Kernels of other packages' operations. */
  readonly sets: WasmKernelSets;
  /** Names of the experiments that are in force. */
  readonly experiments: readonly string[];
  arena: Arena;
  /** Why nothing can be done any more. */
  disposal: GradloomError | undefined;
}

/** Throws if the work of a runtime has ended. */
export function checkOpen({ disposal }: WasmRuntime): void {
  if (disposal !== undefined) throw disposal;
}

/** Ends the work of a runtime for good. */
export function closeRuntime(runtime: WasmRuntime): void {
  // Why: `dispose()` ends the workers and gives up every value of the backend: results, variables and what was being computed. Read what
  // you need before, save weights, and dispose last.
  runtime.disposal = new GradloomError(
    "backend-disposed",
    "wasm: the backend was disposed of, and its values with it; make another one with wasm()",
  );
  runtime.queue?.stop(runtime.disposal);
}

/** A runtime with memory of its own. */
export function openRuntime(
  { relaxed = true, threads = defaultThreads(), experiments = [] }: WasmOptions = {},
  thresholds: ParallelThresholds = usual,
  pages: number = mostPages,
  timeout?: Timeout,
): WasmRuntime {
  const begun = experiments.filter(({ begin }) => begin?.(relaxed) ?? true);
  const engine = detectEngine();
  const reserved = reserveMemory(threads > 1 ? "shared" : "own", pages);
  const linear = new LinearMemory(reserved);
  const alone = (): void => {
    runtime.queue = undefined;
    runtime.arena = new Arena(linear);
  };
  const queue = reserved.isShared ? new WorkQueue(linear, threads, alone, timeout) : undefined;
  const memory: MemoryKind = reserved.isShared ? { shared: true, maximum: mostPages } : { shared: false };
  const open: OpenLibrary = (wide) =>
    new Library({ memory, relaxed: relaxed && engine.relaxed, wide }, linear.memory, queue?.threads ?? 1, thresholds);
  const runtime: WasmRuntime = {
    linear,
    queue,
    reclaimer: new Reclaimer(linear),
    arena: new Arena(linear, queue),
    ...libraryOf(begun, open, linear),
    sets: new WasmKernelSets("wasm"),
    disposal: undefined,
  };
  return runtime;
}

function defaultThreads(): number {
  return Math.min(processors(), mostByDefault);
}
