export type { FileBytes } from "./file-bytes.ts";
export { loadModel, type LoadModelOptions } from "./load-model.ts";
export { loadWeights, type LoadWeightsOptions } from "./load-weights.ts";
export type { NonFinite } from "./non-finite.ts";
export { readSafetensors } from "./read-safetensors.ts";
export type { Safetensors, StoredTensor } from "./safetensors.ts";
export { saveModel } from "./save-model.ts";
export { type SaveOptions, saveWeights } from "./save-weights.ts";
export { writeSafetensors } from "./write-safetensors.ts";
