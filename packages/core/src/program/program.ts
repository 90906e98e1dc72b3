import type { LoopAttributes, Operation } from "../tensor/graph.ts";
import type { DType, TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

/** Where numbers are while a program runs. `data` is part of the program and never written. */
export type Place =
  | { readonly kind: "arena"; readonly offset: number }
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "data"; readonly data: TypedArray };

/** Contiguous numbers at a place. */
export interface Region {
  readonly place: Place;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a run is given: a number, or a buffer that the backend holds. */
export interface SlotSpec {
  readonly kind: "number" | "buffer";
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One operation of a program, in execution order. */
export interface Step {
  readonly operation: Operation;
  readonly attributes: object;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
}

/** What a step runs in a loop; undefined if it is none. */
export function loopOf({
  operation,
  attributes,
}: Pick<Step, "operation" | "attributes">): LoopAttributes<Program> | undefined {
  return operation.traits.loop === true ? (attributes as LoopAttributes<Program>) : undefined;
}

/** A value that leaves the program: written to a slot (which then holds it), or handed out in a buffer of its own. */
export interface Result {
  readonly region: Region;
  readonly slot: number | undefined;
}

/** A graph made ready to run: straight-line steps over one arena. Offsets are multiples of 16 bytes. */
export interface Program {
  readonly slots: readonly SlotSpec[];
  readonly steps: readonly Step[];
  readonly results: readonly Result[];
  readonly arenaBytes: number;
}
