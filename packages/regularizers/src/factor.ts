import { finiteNumber, type Rule } from "@gradloom/core";

/** Options of a penalty with one factor. */
export interface FactorOptions {
  /** What the sum is multiplied by; 0.01 if left out. */
  readonly factor?: number;
}

/** What the factor of a penalty must be. */
export const factor: Rule<number> = /*#__PURE__*/ finiteNumber(0);
