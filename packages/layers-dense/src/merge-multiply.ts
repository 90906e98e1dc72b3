import { mul, define, type FactoryOf, type Layer } from "@gradloom/core";
import { merge } from "./merge.ts";

/** The product of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeMultiply: FactoryOf<"layer", object, "mergeMultiply"> = /*#__PURE__*/ define(
  "layer",
  "mergeMultiply",
  {},
  (): Layer => merge("mergeMultiply", (inputs) => inputs.reduce((a, b) => mul(a, b))),
);
