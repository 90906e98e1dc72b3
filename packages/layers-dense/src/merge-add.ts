import { add, define, type FactoryOf, type Layer } from "@gradloom/core";
import { merge } from "./merge.ts";

/** The sum of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeAdd: FactoryOf<"layer", object, "mergeAdd"> = /*#__PURE__*/ define(
  "layer",
  "mergeAdd",
  {},
  (): Layer => merge("mergeAdd", (inputs) => inputs.reduce((a, b) => add(a, b))),
);
