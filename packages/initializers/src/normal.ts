import { define, type FactoryOf, GradloomError, type Initializer, randomNormal } from "@gradloom/core";
import { checkFinite } from "./check-finite.ts";

/** Options of `normal`. */
export interface NormalInitializerOptions {
  /** 0 if left out. */
  readonly mean?: number;
  /** Standard deviation; 0.05 if left out. */
  readonly deviation?: number;
}

/** Normal with a mean and a standard deviation, whatever the shape; not truncated. */
export const normal: FactoryOf<"initializer", NormalInitializerOptions, "normal"> = /*#__PURE__*/ define(
  "initializer",
  "normal",
  ({ mean = 0, deviation = 0.05 }: NormalInitializerOptions): Initializer => {
    checkFinite("normal", { mean, deviation });
    if (deviation < 0) {
      throw new GradloomError("initializer-option", `normal: deviation is ${deviation}; it must be 0 or more`);
    }
    return (shape, { key, dtype }) => randomNormal(key, shape, { mean, deviation, dtype });
  },
);
