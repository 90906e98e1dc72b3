import { define, type FactoryOf, given, type Given, type Layer, required, type Tensor } from "@gradloom/core";
import { oneInput } from "./input-shape.ts";

/** Options of `activating`. */
export interface ActivatingOptions {
  readonly activation: Given<"activation">;
}

/** An activation as a layer of its own, from options. */
export const activating: FactoryOf<"layer", ActivatingOptions, "activation"> = /*#__PURE__*/ define(
  "layer",
  "activation",
  { activation: required(given("activation")) },
  ({ activation: name }: ActivatingOptions): Layer => ({
    build(input, make) {
      const activate = make.resolve("activation", name);
      return { output: oneInput("activation", input), call: (x) => activate(x as Tensor) };
    },
  }),
  // The options of version 1 were the activation itself.
  { version: 2, migrate: (options) => ({ activation: options }) },
);

/** An activation as a layer of its own: `activation(relu)` or `activation("relu")`. Keeps the shape. */
export function activation(value: Given<"activation">): Layer {
  return activating({ activation: value });
}
