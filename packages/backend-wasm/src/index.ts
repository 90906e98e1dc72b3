export type { Experiment } from "./experiments/experiment.ts";
export { relaxedSimd } from "./experiments/relaxed-simd.ts";
export { revectorize } from "./experiments/revectorize.ts";
export type { WasmOptions } from "./runtime/wasm-options.ts";
export { wasm, type WasmBackend } from "./wasm.ts";
