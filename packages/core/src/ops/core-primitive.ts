import type { Operation, Traits } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import type { Primitives } from "../tensor/primitives.ts";

/** A primitive of core: what computes it on a backend is the kernel of that name. */
export function corePrimitive<Name extends keyof Primitives>(
  name: Name,
  {
    traits,
    ...rule
  }: Required<Pick<Operation<Primitives[Name]>, "infer" | "grad">> & { readonly traits?: Omit<Traits, "kernel"> },
): Operation<Primitives[Name]> {
  return primitive({ name, ...rule, traits: { ...traits, kernel: name } });
}
