import { openWorkshop, type Workshop } from "../../src/program/workshop.ts";
import { backendOf, type WasmBackend } from "../../src/wasm.ts";

/** A backend whose workers, if it has any, are up and take everything, however small. */
export async function crewOf(threads: number): Promise<{ readonly workshop: Workshop; readonly backend: WasmBackend }> {
  const workshop = openWorkshop({ threads }, { call: 0, body: 0, program: 0, byte: 0 });
  while (workshop.queue?.isReady === false) await new Promise((resolve) => setTimeout(resolve, 1));
  return { workshop, backend: backendOf(workshop) };
}
