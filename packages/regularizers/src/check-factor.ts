import { GradloomError } from "@gradloom/core";

/** Options of a penalty with one factor. */
export interface FactorOptions {
  /** What the sum is multiplied by; 0.01 if left out. */
  readonly factor?: number;
}

/** Throws unless a factor is a finite number of 0 or more. */
export function checkFactor(name: string, option: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new GradloomError(
    "regularizer-factor",
    `${name}: ${option} is ${value}; it must be a finite number of 0 or more`,
  );
}
