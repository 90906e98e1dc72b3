import { define, type FactoryOf, type Initializer } from "@gradloom/core";
import { normalWith, uniformWithin } from "./distribution.ts";

/** Uniform over ±sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 16): keeps the variance of signals and gradients. */
export const xavierUniform: FactoryOf<"initializer", object, "xavierUniform"> = /*#__PURE__*/ define(
  "initializer",
  "xavierUniform",
  {},
  (): Initializer => uniformWithin(({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut))),
);

/** Normal with deviation sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 12). */
export const xavierNormal: FactoryOf<"initializer", object, "xavierNormal"> = /*#__PURE__*/ define(
  "initializer",
  "xavierNormal",
  {},
  (): Initializer => normalWith(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut))),
);

/** `xavierUniform` under its author's last name, as Keras has it. */
export const glorotUniform: FactoryOf<"initializer", object, "glorotUniform"> = /*#__PURE__*/ define(
  "initializer",
  "glorotUniform",
  {},
  (): Initializer => xavierUniform(),
);

/** `xavierNormal` under its author's last name, as Keras has it. */
export const glorotNormal: FactoryOf<"initializer", object, "glorotNormal"> = /*#__PURE__*/ define(
  "initializer",
  "glorotNormal",
  {},
  (): Initializer => xavierNormal(),
);
