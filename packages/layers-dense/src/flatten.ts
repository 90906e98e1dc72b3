import { define, type FactoryOf, type Layer, reshape, sizeOf, type Tensor } from "@gradloom/core";
import { oneInput } from "./input-shape.ts";

/** All axes of a sample as one, in row-major order: [batch, ...] -> [batch, size]. */
export const flatten: FactoryOf<"layer", object, "flatten"> = /*#__PURE__*/ define(
  "layer",
  "flatten",
  {},
  (): Layer => ({
    build(input) {
      const size = sizeOf(oneInput("flatten", input));
      return { output: [size], call: (x) => reshape(x as Tensor, [(x as Tensor).shape[0]!, size]) };
    },
  }),
);
