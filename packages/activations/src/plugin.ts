import { plugin, type Plugin } from "@gradloom/core";
import { gelu } from "./gelu.ts";
import { leakyRelu, linear, relu } from "./piecewise-linear.ts";
import { sigmoid, softmax, tanh } from "./squashing.ts";

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
