import type { Program } from "../program/program.ts";
import type { Target } from "../program/target.ts";
import type { Buffer, TensorSpec } from "../tensor/graph.ts";
import type { DType, TypedArray } from "../tensor/dtype.ts";
import type { KernelSet } from "./kernel-set.ts";

/**
 * What runs programs. Everything goes through one first-in-first-out queue: `run`, `write` and `copy` enqueue and return, `read` tells
 * the numbers as they were when it was called. Buffers that nobody refers to any more are the backend's to release.
 */
export interface Backend {
  readonly name: string;
  readonly supports: Target & { readonly dtypes: readonly DType[] };
  /** Makes a program ready to run. */
  compile(program: Program): Executable;
  /** Takes kernels that are for its `supports.kernels`; tells whether it had them not. Programs made from then on run them. */
  extend?(kernels: KernelSet<never>): boolean;
  /** Memory for one value that lives until nobody refers to it; that of a variable comes with its name. */
  allocate(spec: TensorSpec & { readonly name?: string }): Buffer;
  write(buffer: Buffer, data: TypedArray): void;
  /** The same numbers in memory that the JavaScript collector owns. */
  copy(buffer: Buffer): Buffer;
  read(buffer: Buffer): Promise<TypedArray>;
  /** `read` at once, on backends that can wait. */
  readSync?(buffer: Buffer): TypedArray;
  /** What to wait for before another step is enqueued; undefined if so little is under way that there is no need. */
  drained?(): Promise<void> | undefined;
  dispose(): void | Promise<void>;
}

/** A program on a backend. */
export interface Executable {
  /** Fills the slots and runs; the buffers of the results that have no slot, in their order. */
  run(slots: readonly (Buffer | number)[]): readonly Buffer[];
}
