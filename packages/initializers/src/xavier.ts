import { define, type FactoryOf, type Initializer, randomNormal, randomUniform } from "@gradloom/core";

/** Uniform over ±sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 16): keeps the variance of signals and gradients. */
export const xavierUniform: FactoryOf<"initializer", object, "xavierUniform"> = /*#__PURE__*/ define(
  "initializer",
  "xavierUniform",
  (): Initializer =>
    (shape, { key, dtype, fanIn, fanOut }) => {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      return randomUniform(key, shape, { low: -limit, high: limit, dtype });
    },
);

/** Normal with deviation sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export const xavierNormal: FactoryOf<"initializer", object, "xavierNormal"> = /*#__PURE__*/ define(
  "initializer",
  "xavierNormal",
  (): Initializer =>
    (shape, { key, dtype, fanIn, fanOut }) =>
      randomNormal(key, shape, { deviation: Math.sqrt(2 / (fanIn + fanOut)), dtype }),
);
