import { define, type FactoryOf, finiteNumber, GradloomError, type Initializer, randomUniform } from "@gradloom/core";

/** Options of `uniform`. */
export interface UniformInitializerOptions {
  /** -0.05 if left out. */
  readonly low?: number;
  /** 0.05 if left out. */
  readonly high?: number;
}

/** Uniform over [low, high), whatever the shape. */
export const uniform: FactoryOf<"initializer", UniformInitializerOptions, "uniform"> = /*#__PURE__*/ define(
  "initializer",
  "uniform",
  { low: finiteNumber(), high: finiteNumber() },
  ({ low = -0.05, high = 0.05 }: UniformInitializerOptions): Initializer => {
    if (!(low < high)) {
      throw new GradloomError("uniform-range", `uniform: low is ${low} and high ${high}; low must be below high`);
    }
    return (shape, { key, dtype }) => randomUniform(key, shape, { low, high, dtype });
  },
);
