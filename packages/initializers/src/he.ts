import { define, type FactoryOf, type Initializer } from "@gradloom/core";
import { normalWith, uniformWithin } from "./distribution.ts";

/** Uniform over ±sqrt(6 / fanIn) (He et al. 2015, https://arxiv.org/abs/1502.01852): keeps the variance of signals through relu. */
export const heUniform: FactoryOf<"initializer", object, "heUniform"> = /*#__PURE__*/ define(
  "initializer",
  "heUniform",
  {},
  (): Initializer => uniformWithin(({ fanIn }) => Math.sqrt(6 / fanIn)),
);

/** Normal with deviation sqrt(2 / fanIn) (He et al. 2015, https://arxiv.org/abs/1502.01852, equation 10). */
export const heNormal: FactoryOf<"initializer", object, "heNormal"> = /*#__PURE__*/ define(
  "initializer",
  "heNormal",
  {},
  (): Initializer => normalWith(({ fanIn }) => Math.sqrt(2 / fanIn)),
);
