export { adam, type AdamOptions } from "./adam.ts";
export { type MomentOptions, scaleByAdam } from "./scale-by-adam.ts";
export { scaleByLearningRate } from "./scale-by-learning-rate.ts";
