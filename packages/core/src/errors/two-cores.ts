import { GradloomError } from "./gradloom-error.ts";

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
