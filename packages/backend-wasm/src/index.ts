export type { Experiment } from "./experiments/experiment.ts";
export { relaxedSimd } from "./experiments/relaxed-simd.ts";
export { revectorize } from "./experiments/revectorize.ts";
export { wasm, type WasmBackend, type WasmOptions } from "./wasm.ts";
