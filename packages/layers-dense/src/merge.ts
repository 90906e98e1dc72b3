import { GradloomError, type Layer, sameShape, type Tensor } from "@gradloom/core";
import { severalInputs } from "./input-shape.ts";

/** A layer that makes one tensor of a list of tensors of one shape, position by position. */
export function merge(name: string, join: (inputs: readonly Tensor[]) => Tensor): Layer {
  return {
    build(given) {
      const [first, ...others] = severalInputs(name, given);
      for (const other of others) {
        if (sameShape(other, first!)) continue;
        throw new GradloomError(
          "merge-shapes",
          `${name}: samples [${first!.join(", ")}] meet [${other.join(", ")}]; all inputs must have one shape`,
        );
      }
      return { output: first!, call: (x) => join(x as readonly Tensor[]) };
    },
  };
}
