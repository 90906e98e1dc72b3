import { GradloomError } from "../errors/gradloom-error.ts";
import { tagOf } from "../errors/show-value.ts";
import { dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { sizeOf } from "../tensor/shape.ts";
import { worded } from "./memory-words.ts";

/** Throws unless an array can be written to memory for a value: as many numbers, of its dtype's array. For `write` of backends. */
export function checkWrite(spec: TensorSpec, data: TypedArray): void {
  const { name } = dtypes[spec.dtype].array;
  const tag = tagOf(data);
  const size = sizeOf(spec.shape);
  if (tag === name && data.length === size) return;
  // Why: A backend copies what it is given as it is: another number of values would leave some of the old ones, or change those of other tensors.
  // An array that was handed to another thread, or whose memory was, has length 0.
  throw new GradloomError(
    "write-size",
    `write: a ${tag} of length ${String(data?.length)} meets memory for ${worded(spec)}; give a ${name} of length ${size}`,
  );
}
