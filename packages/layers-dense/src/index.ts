export { activation, type ActivationLayerOptions } from "./activation.ts";
export { dense, type DenseOptions } from "./dense.ts";
export { embedding, type EmbeddingOptions } from "./embedding.ts";
export { flatten } from "./flatten.ts";
export {
  mergeAdd,
  mergeAverage,
  mergeConcatenate,
  type MergeConcatenateOptions,
  mergeMaximum,
  mergeMultiply,
} from "./merge.ts";
export { denseLayers } from "./plugin.ts";
export { reshapeTo, type ReshapeOptions } from "./reshape-to.ts";
