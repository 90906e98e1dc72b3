import { GradloomError } from "../errors/gradloom-error.ts";
import type { Operand } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { maximum, minimum } from "./elementwise.ts";
import { pair, stretched, within } from "./operands.ts";

/** x, but at least `low` and at most `high`; either may be undefined, and one beyond whole numbers is the nearest that they hold. At a bound half the gradient flows. */
export function clip(x: Tensor, low?: Operand, high?: Operand): Tensor {
  if (typeof low === "number" && typeof high === "number" && low > high) {
    throw new GradloomError(
      "clip-bounds",
      `clip: the lower bound ${low} is above the upper bound ${high}; give the lower one first`,
    );
  }
  for (const bound of [low, high])
    if (bound !== undefined) stretched("clip", pair("clip", x, within("clip", bound, x)));
  const raised = low === undefined ? x : maximum(x, low);
  return high === undefined ? raised : minimum(raised, high);
}
