import { GradloomError, showValue } from "@gradloom/core";

/** Throws unless a number of samples or batches is a whole number of 1 or more. */
export function checkCount(operation: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new GradloomError(
    "data-count",
    `${operation}: ${name} is ${showValue(value)}; it must be a whole number of 1 or more`,
  );
}
