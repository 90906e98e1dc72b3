import { openRuntime, type WasmRuntime } from "../../src/runtime/wasm-runtime.ts";
import type { ParallelThresholds } from "../../src/program/program-context.ts";
import type { Timeout } from "../../src/threads/work-queue.ts";
import { backendOf, type WasmBackend } from "../../src/wasm.ts";

/** Workers take everything, however small. */
export const everything: ParallelThresholds = { call: 0, body: 0, program: 0, byte: 0 };

/** A backend whose workers, if it has any, are up and take everything, however small. */
export async function crewOf(
  threads: number,
  timeout?: Timeout,
): Promise<{ readonly runtime: WasmRuntime; readonly backend: WasmBackend }> {
  const runtime = openRuntime({ threads }, everything, undefined, timeout);
  while (runtime.queue?.isReady === false) await new Promise((resolve) => setTimeout(resolve, 1));
  return { runtime, backend: backendOf(runtime) };
}
