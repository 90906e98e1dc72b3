import { GradloomError } from "../errors/gradloom-error.ts";
import { bytesOf } from "../tensor/operation.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { inBytes, worded } from "./memory-words.ts";

/** What `make` gives, which needs memory for a value; an error that names it where the engine has none. */
export function withRoom<Made>(backend: string, spec: TensorSpec, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? noRoom(backend, bytesOf(spec), worded(spec)) : error;
  }
}

/** The error for memory that the engine does not give. */
export function noRoom(backend: string, bytes: number, purpose: string): GradloomError {
  // Why: The values of this backend are arrays of JavaScript, whose length ends at 2^32 or a little more, and for which the process or the
  // page may have no memory left. The intermediate values of a program are planned into one block, whose size grows with the batch;
  // `checkpoint(...)` makes it smaller in training.
  return new GradloomError(
    "memory",
    `${backend}: the engine has no room for ${inBytes(bytes)} for ${purpose}; use smaller batches or variables, or compute in parts with map`,
  );
}
