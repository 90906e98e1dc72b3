import { GradloomError } from "../errors/gradloom-error.ts";
import type { Scope, Tensor } from "./graph.ts";

/** Throws for a tensor of a traced function that has ended. */
export function refuseLeaked(name: string, { node: { scope } }: Tensor, where: Scope | undefined): void {
  if (scope === undefined || scope.isOpen) return;
  // Why: A function that is traced builds a graph of stand-ins for its arguments, which exist while it runs. A tensor that is kept beyond
  // that, in a variable of JavaScript say, has no numbers: return it, as a carry or an output of a scan, as a result of a compiled function.
  throw new GradloomError(
    "leaked-tensor",
    `${name}: a tensor that was made inside ${scope.name} is used ${where === undefined ? "outside of it" : `inside ${where.name}`}; ` +
      `it exists only while ${scope.name} is traced, so return it from there`,
  );
}
