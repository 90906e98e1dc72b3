export { gelu, type GeluOptions } from "./gelu.ts";
export { leakyRelu, type LeakyReluOptions, linear, relu } from "./piecewise-linear.ts";
export { activations } from "./plugin.ts";
export { sigmoid, softmax, type SoftmaxOptions, tanh } from "./squashing.ts";
