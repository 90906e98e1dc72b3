import { define, type FactoryOf, type Initializer } from "@gradloom/core";
import { uniformWithin } from "./distribution.ts";

/** Uniform over ±1 / sqrt(fanIn), the usual choice before Xavier's (Glorot & Bengio 2010, equation 1). */
export const bengioUniform: FactoryOf<"initializer", object, "bengioUniform"> = /*#__PURE__*/ define(
  "initializer",
  "bengioUniform",
  {},
  (): Initializer => uniformWithin(({ fanIn }) => 1 / Math.sqrt(fanIn)),
);
