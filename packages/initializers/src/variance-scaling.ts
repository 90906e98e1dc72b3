import {
  add,
  define,
  type FactoryOf,
  type Initializer,
  type InitializerContext,
  minimum,
  mul,
  randomNormal,
  randomUnit,
} from "@gradloom/core";

/** Uniform over ±1 / sqrt(fanIn), the usual choice before Xavier's (Glorot & Bengio 2010, equation 1). */
export const bengioUniform: FactoryOf<"initializer", object, "bengioUniform"> = /*#__PURE__*/ define(
  "initializer",
  "bengioUniform",
  {},
  (): Initializer => uniformWithin(({ fanIn }) => 1 / Math.sqrt(fanIn)),
);

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

/** How many inputs each output sums over, and how many outputs each input reaches. */
type Fans = Pick<InitializerContext, "fanIn" | "fanOut">;

/** Uniform over [-limit, limit), where the limit depends on the fans. */
function uniformWithin(limit: (fans: Fans) => number): Initializer {
  return (shape, { key, dtype, ...fans }) => {
    const high = dtype === "float64" ? limit(fans) : Math.fround(limit(fans));
    // The last number of the dtype below the limit, which rounding would reach.
    const last = high - high * (dtype === "float64" ? 1.25 * 2 ** -53 : 1.25 * 2 ** -24);
    return minimum(add(mul(randomUnit(key, shape, dtype), 2 * high), -high), last);
  };
}

/** Normal about 0, not truncated, with a standard deviation that depends on the fans. */
function normalWith(deviation: (fans: Fans) => number): Initializer {
  return (shape, { key, dtype, ...fans }) => randomNormal(key, shape, { deviation: deviation(fans), dtype });
}
