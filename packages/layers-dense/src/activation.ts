import { define, type FactoryOf, given, type Given, type Layer, required, type Tensor } from "@gradloom/core";
import { oneInput } from "./input-shape.ts";

/** Options of `activation`. */
export interface ActivationLayerOptions {
  readonly activation: Given<"activation">;
}

/** An activation as a layer of its own: `activation(relu)` or `activation("relu")`. Keeps the shape. */
export const activation: FactoryOf<
  "layer",
  ActivationLayerOptions,
  "activation",
  (activation: Given<"activation">) => Layer
> = /*#__PURE__*/ define(
  "layer",
  "activation",
  { activation: required(given("activation")) },
  ({ activation: name }: ActivationLayerOptions): Layer => ({
    build(input, make) {
      const activate = make.resolve("activation", name);
      return { output: oneInput("activation", input), call: (x) => activate(x as Tensor) };
    },
  }),
  // The options of version 1 were the activation itself.
  {
    call: (make) => (value) => make({ activation: value }),
    version: 2,
    migrate: (options) => ({ activation: options }),
  },
);
