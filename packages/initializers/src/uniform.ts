import { define, type FactoryOf, GradloomError, type Initializer, randomUniform } from "@gradloom/core";
import { checkFinite } from "./check-finite.ts";

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
  ({ low = -0.05, high = 0.05 }: UniformInitializerOptions): Initializer => {
    checkFinite("uniform", { low, high });
    if (!(low < high)) {
      throw new GradloomError("initializer-option", `uniform: low is ${low} and high ${high}; low must be below high`);
    }
    return (shape, { key, dtype }) => randomUniform(key, shape, { low, high, dtype });
  },
);
