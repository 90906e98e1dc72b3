import { add, div, define, type FactoryOf, type Layer } from "@gradloom/core";
import { merge } from "./merge.ts";

/** The mean of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeAverage: FactoryOf<"layer", object, "mergeAverage"> = /*#__PURE__*/ define(
  "layer",
  "mergeAverage",
  {},
  (): Layer =>
    merge("mergeAverage", (inputs) =>
      div(
        inputs.reduce((a, b) => add(a, b)),
        inputs.length,
      ),
    ),
);
