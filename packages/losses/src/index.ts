export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export { mse } from "./mse.ts";
export { losses } from "./plugin.ts";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "./softmax-cross-entropy.ts";
