import { define, type FactoryOf, finiteNumber, type Initializer, randomNormal } from "@gradloom/core";

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
  { mean: finiteNumber(), deviation: finiteNumber(0) },
  ({ mean = 0, deviation = 0.05 }: NormalInitializerOptions): Initializer =>
    (shape, { key, dtype }) =>
      randomNormal(key, shape, { mean, deviation, dtype }),
);
