import type { TypedArray } from "../tensor/dtype.ts";
import type { Operation, TensorSpec } from "../tensor/graph.ts";
import type { SlotSpec } from "./program.ts";

/** A value of the program that is being built. Values with one root share their memory. */
export interface Value extends TensorSpec {
  readonly id: number;
  readonly root: Root;
  /** The value that this one repeats, of the same rank or a single number. */
  readonly broadcastOf: Value | undefined;
  /** The number that fills it, if that is known. */
  readonly filledWith: number | undefined;
}

/** What a value's memory is: a slot, a single known number, known numbers, or the output of an instruction. */
export interface Root {
  readonly slot: number | undefined;
  readonly number: number | undefined;
  readonly data: TypedArray | undefined;
  readonly spec: TensorSpec;
  producer: Instruction | undefined;
}

/** What an instruction may be to a group: what makes each element, what makes one number of many, or nothing, as it is a step of its own. */
export type Part = "element" | "reduction" | "step";

/** An operation on values. */
export interface Instruction {
  readonly operation: Operation;
  readonly part: Part;
  readonly attributes: object;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Of a group, the phase after which it no longer reads each input; Infinity for those that it does not read element by element. */
  readonly readUntil?: ReadonlyMap<Root, number>;
  /** Of a group, the phase in which it writes each output. */
  readonly writtenIn?: ReadonlyMap<Root, number>;
}

/** A value that leaves the program, and the slot it is assigned to. */
export interface DraftResult {
  readonly value: Value;
  readonly slot: number | undefined;
}

/** A program before fusing, ordering and planning. */
export interface Draft {
  readonly slots: readonly SlotSpec[];
  readonly instructions: readonly Instruction[];
  readonly results: readonly DraftResult[];
}
