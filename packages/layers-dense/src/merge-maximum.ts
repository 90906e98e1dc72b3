import { maximum, define, type FactoryOf, type Layer } from "@gradloom/core";
import { merge } from "./merge.ts";

/** The largest of its inputs at each position: a list of [batch, ...] -> [batch, ...]. */
export const mergeMaximum: FactoryOf<"layer", object, "mergeMaximum"> = /*#__PURE__*/ define(
  "layer",
  "mergeMaximum",
  {},
  (): Layer => merge("mergeMaximum", (inputs) => inputs.reduce((a, b) => maximum(a, b))),
);
