import type { TypedArray } from "./dtype.ts";
import type { Tensor } from "./tensor.ts";
import type { Variable } from "./variable.ts";

/** Numbers that a backend holds; only that backend looks inside. */
export interface Buffer {
  readonly bytes: number;
}

/** A value to compute and where to put it: into a variable's own memory, or kept for whoever holds the tensor. */
export interface Goal {
  readonly tensor: Tensor;
  readonly variable?: Variable;
  /** Whether a tensor that someone may hold refers to the variable's new value. */
  readonly seen?: boolean;
}

/** A backend at work: its memory, its cached programs. Every value that was computed belongs to one. */
export interface Device {
  readonly name: string;
  /** Computes the goals in one program. */
  evaluate(goals: readonly Goal[]): void;
  read(buffer: Buffer): Promise<TypedArray>;
  readSync(buffer: Buffer): TypedArray;
  /** What to wait for before another step. */
  drained(): Promise<void> | undefined;
}

/** What to call a backend that met another one: two values of one kind bear one name. */
export function otherName({ name }: Device, met: Device): string {
  return name === met.name ? `another ${name} (make one value of it and use it everywhere)` : name;
}
