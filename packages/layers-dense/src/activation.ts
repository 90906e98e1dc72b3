import { define, type FactoryOf, type Given, type Layer, type Tensor } from "@gradloom/core";
import { oneInput } from "./input-shape.ts";

/** An activation as a layer of its own: `activation(relu)` or `activation("relu")`. Keeps the shape. */
export const activation: FactoryOf<"layer", Given<"activation">, "activation"> = /*#__PURE__*/ define(
  "layer",
  "activation",
  (given: Given<"activation">): Layer => ({
    build(input, make) {
      const activate = make.resolve("activation", given);
      return { output: oneInput("activation", input), call: (x) => activate(x as Tensor) };
    },
  }),
);
