import type { DType, TypedArray } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** Contiguous row-major numbers: element i is `data[offset + i]`, `size` of them. Kernels keep no view after they return. */
export interface View {
  readonly data: TypedArray;
  readonly offset: number;
  readonly size: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The program of a graph inside an operation, as the operation runs it: its slots are the graph's parameters. */
export interface BodyRun {
  /** Lets a slot be the numbers at an offset of an array. */
  bind(slot: number, data: TypedArray, offset: number): void;
  run(): void;
  /** What came out, until the next run of any program. */
  readonly results: readonly View[];
}
