import { GradloomError } from "./gradloom-error.ts";

/** Under this name, every tensor of every copy of this package tells which copy made it. */
export const madeBy: unique symbol = /*#__PURE__*/ Symbol.for("@gradloom/core");

/** This copy of the package. */
export const thisCopy: object = {};

/** Whether it is a tensor that another copy of this package made. */
export function isForeign(x: unknown): boolean {
  return typeof x === "object" && x !== null && madeBy in x && x[madeBy] !== thisCopy;
}

/** The error for what another copy of this package made. */
export function twoCores(what: string): GradloomError {
  // Why: Two versions of @gradloom/core are installed, or a bundler took it in twice. Each has tensors, programs and plugins of its own, which
  // cannot meet. `npm ls @gradloom/core` shows who asks for which; `npm dedupe`, an override, or the bundler's `dedupe` option brings them
  // together.
  return new GradloomError(
    "two-cores",
    `${what} was made by another copy of @gradloom/core; a program needs one copy, npm ls @gradloom/core shows them`,
  );
}
