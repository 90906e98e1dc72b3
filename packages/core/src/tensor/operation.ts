import { GradloomError } from "../errors/gradloom-error.ts";
import { showSpecs } from "../errors/show-value.ts";
import { dtypes } from "./dtype.ts";
import type { Operation, TensorSpec, Traits } from "./graph.ts";
import type { Primitives } from "./primitives.ts";
import { sameShape, sizeOf } from "./shape.ts";

/** Bytes of a tensor's numbers. */
export function bytesOf({ shape, dtype }: TensorSpec): number {
  return sizeOf(shape) * dtypes[dtype].bytes;
}

/** Whether as many tensors have the same shapes and dtypes. */
export function sameSpecs(a: readonly TensorSpec[], b: readonly TensorSpec[]): boolean {
  return (
    a.length === b.length && a.every(({ shape, dtype }, at) => sameShape(shape, b[at]!.shape) && dtype === b[at]!.dtype)
  );
}

/** The error for what the author of an operation says in two ways that differ. */
export function disagreement(says: string, said: readonly TensorSpec[], gives: string, given: unknown): GradloomError {
  // Why: Memory is planned by what `infer` says, and gradients are added up by the shapes of inputs: a tensor of another shape or dtype would be read
  // as something else.
  return new GradloomError("disagreement", `${says} ${showSpecs(said)}, ${gives} ${showSpecs(given)}; they must agree`);
}

/** What the author of a primitive says. */
export type PrimitiveRule<Attributes> = Pick<Operation<Attributes>, "name" | "infer"> &
  Required<Pick<Operation<Attributes>, "grad">> & { readonly traits?: Traits };

/** What the author of an operation with a meaning says; no kernel of core's table computes it. */
export type FusedRule<Attributes> = Pick<Operation<Attributes>, "name" | "infer" | "grad"> &
  Required<Pick<Operation<Attributes>, "compose">> & { readonly traits?: Omit<Traits, "kernel"> };

let count = 0;

/** Gives an operation its identity; `primitive` and `fused` are the two ways to call it. */
function operation<Attributes>(rule: PrimitiveRule<Attributes> | FusedRule<Attributes>): Operation<Attributes> {
  return { traits: {}, ...rule, id: ++count };
}

/** An operation that backends must have: `grad` states its gradient in terms of operations. */
export const primitive: <Attributes>(rule: PrimitiveRule<Attributes>) => Operation<Attributes> = operation;

/** An operation with a meaning: backends may have a kernel for it, and its gradient is `grad` or else the differentiated meaning. */
export const fused: <Attributes>(rule: FusedRule<Attributes>) => Operation<Attributes> = operation;

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
