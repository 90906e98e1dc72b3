import { GradloomError, type Tensor } from "@gradloom/core";
import { expect } from "vitest";

/** The numbers of a tensor as a plain array. */
export async function values(x: Tensor): Promise<readonly number[]> {
  return [...(await x.data())];
}

/** Whether two numbers agree to so many digits; zeros by sign, infinities and NaN exactly. */
export function expectNear(got: number | undefined, expected: number, digits: number): void {
  if (expected === 0 || !Number.isFinite(expected)) expect(got).toBe(expected);
  else expect(got! / expected).toBeCloseTo(1, digits);
}

/** The message of the error that the library throws. */
export function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof GradloomError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}
