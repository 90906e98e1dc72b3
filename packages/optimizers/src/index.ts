export { adam, type AdamOptions } from "./adam.ts";
export { adamW, type AdamWOptions } from "./adam-w.ts";
export { addMomentum, type MomentumOptions } from "./add-momentum.ts";
export { clipByGlobalNorm, clipByNorm, clipByValue, clipped, type ClippedOptions, type ClipLimits } from "./clip.ts";
export { decayWeights } from "./decay-weights.ts";
export { optimizers } from "./plugin.ts";
export { type MomentOptions, scaleByAdam } from "./scale-by-adam.ts";
export { scaleByLearningRate } from "./scale-by-learning-rate.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
