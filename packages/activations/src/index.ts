export { gelu, type GeluOptions } from "./gelu.ts";
export { leakyRelu, type LeakyReluOptions } from "./leaky-relu.ts";
export { linear } from "./linear.ts";
export { activations } from "./plugin.ts";
export { relu } from "./relu.ts";
export { sigmoid } from "./sigmoid.ts";
export { softmax, type SoftmaxOptions } from "./softmax.ts";
export { tanh } from "./tanh.ts";
