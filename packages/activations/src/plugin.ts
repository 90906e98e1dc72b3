import { plugin, type Plugin } from "@gradloom/core";
import { gelu } from "./gelu.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { linear } from "./linear.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";
import { softmax } from "./softmax.ts";
import { tanh } from "./tanh.ts";

type Provided = readonly [
  typeof gelu,
  typeof leakyRelu,
  typeof linear,
  typeof relu,
  typeof sigmoid,
  typeof softmax,
  typeof tanh,
];

/** All activations of this package. */
export const activations: Plugin<Provided> = /*#__PURE__*/ plugin({
  name: "@gradloom/activations",
  core: "^0.1",
  provides: [gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh],
});
