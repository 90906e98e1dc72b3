import { openWorkshop, type Workshop } from "../../src/runtime/wasm-runtime.ts";
import type { Worthwhile } from "../../src/program/write-program.ts";
import type { Patience } from "../../src/threads/work-queue.ts";
import { backendOf, type WasmBackend } from "../../src/wasm.ts";

/** Workers take everything, however small. */
export const everything: Worthwhile = { call: 0, body: 0, program: 0, byte: 0 };

/** A backend whose workers, if it has any, are up and take everything, however small. */
export async function crewOf(
  threads: number,
  patience?: Patience,
): Promise<{ readonly workshop: Workshop; readonly backend: WasmBackend }> {
  const workshop = openWorkshop({ threads }, everything, undefined, patience);
  while (workshop.queue?.isReady === false) await new Promise((resolve) => setTimeout(resolve, 1));
  return { workshop, backend: backendOf(workshop) };
}
