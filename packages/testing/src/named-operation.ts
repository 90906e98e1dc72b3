import type { Operation, TensorSpec } from "@gradloom/core";

let operations = 0;

/** An operation known by its name only: enough for a backend, without a gradient. */
export function namedOperation<Attributes>(
  name: string,
  infer: (inputs: readonly TensorSpec[], attributes: Attributes) => readonly TensorSpec[],
  traits: Operation["traits"] = {},
): Operation<Attributes> {
  // Below the ids that core gives and the codes that its structural keys use.
  return { name, id: -1000 - operations++, infer, traits };
}
