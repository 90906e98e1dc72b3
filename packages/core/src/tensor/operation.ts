import { GradloomError } from "../errors/gradloom-error.ts";
import { showSpecs } from "../errors/show-value.ts";
import { type DType, dtypes } from "./dtype.ts";
import type { Primitives } from "./primitives.ts";
import { sameShape, type Shape, sizeOf } from "./shape.ts";
import type { Subgraph } from "./subgraph.ts";
import type { Tensor } from "./tensor.ts";
import type { BodyRun, View } from "./view.ts";

/** Shape and dtype of a tensor; a Tensor is its own spec. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

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

/** What a gradient rule sees. */
export interface GradientContext<Attributes> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The gradient that arrives at each output; `undefined` where nothing depends on it. */
  readonly incoming: readonly (Tensor | undefined)[];
}

/**
 * One entry per input: builds the gradient of that input, or null where none flows. Entries are built only when asked for, so nothing
 * is computed for inputs that need no gradient.
 */
export type InputGradients = readonly ((() => Tensor) | null)[];

/** A value that says what comes out of it and what it is to the program. Attributes are plain data, typed arrays or subgraphs. */
export interface Operation<Attributes = object> {
  readonly name: string;
  /** Tells operations apart in structural keys. */
  readonly id: number;
  /** Shapes and dtypes of the outputs; throws where the inputs do not fit. */
  infer(inputs: readonly TensorSpec[], attributes: Attributes): readonly TensorSpec[];
  /** How gradients flow back. */
  grad?(context: GradientContext<Attributes>): InputGradients;
  /** The meaning in terms of other operations; a primitive has none. */
  compose?(inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[];
  readonly traits: Traits;
}

/** What the program may know of an operation, so that it never asks for names. */
export interface Traits {
  /** The kernel of core's table that computes it; without one, a primitive runs where a backend was given a kernel for this very operation. */
  readonly kernel?: keyof Primitives;
  /** Every output element comes from the elements of the same place, inputs stretched to the output's shape. */
  readonly elementwise?: boolean;
  /** Along the middle axis of [outer, length, inner], many numbers become one. */
  readonly reduction?: boolean;
  /** The output is the first input seen with another shape; nothing is computed. */
  readonly alias?: boolean;
  /** The output repeats the elements of the input along axes of size 1. */
  readonly broadcast?: boolean;
  /** No gradient flows through, so no search for one goes further. */
  readonly constant?: boolean;
  /** A number that leaves the other operand as it is: `x * 1`, `x / 1`, `x - 0`. */
  readonly neutral?: { readonly left?: number; readonly right?: number };
  /** The output is the first input, computed after the others; it never merges with work that does not wait for them. */
  readonly barrier?: boolean;
  /** The graph that the operation runs, which becomes a program of its own. */
  body?(attributes: object): Subgraph;
  /** How the operation runs that program on views, for executors that have no better way. */
  run?(attributes: object, body: BodyRun, inputs: readonly View[], outputs: readonly View[]): void;
  /** How many outputs are for users; those after them serve gradients. */
  visible?(attributes: object): number;
  /** Attributes that give fewer outputs, for which outputs someone reads; undefined if nothing can be saved. */
  trim?(
    attributes: object,
    used: readonly boolean[],
  ): { readonly attributes: object; readonly outputs: number } | undefined;
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
