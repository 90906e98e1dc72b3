export { loadModel, type LoadModelOptions } from "./load-model.ts";
export { loadWeights } from "./load-weights.ts";
export { readSafetensors } from "./read-safetensors.ts";
export type { Safetensors, StoredTensor } from "./safetensors.ts";
export { saveModel } from "./save-model.ts";
export { saveWeights } from "./save-weights.ts";
export { writeSafetensors } from "./write-safetensors.ts";
