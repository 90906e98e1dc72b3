import type { Operation, TensorSpec } from "../tensor/graph.ts";
import type { Grouping } from "./fuse.ts";

/** How a kernel runs: as a step of its own, or as a part of groups, which makes every element of the elements of its place. */
export type KernelForm = "step" | "element";

/** What core knows of a kernel that a backend has for an operation beyond core's primitives. */
export interface OperationKernel {
  readonly form: KernelForm;
  /** True, or why not: then the meaning is used. */
  accepts?(inputs: readonly TensorSpec[], attributes: object): true | string;
}

/** What decides how programs are built for a backend. */
export interface Target {
  /** What kernels from outside must be for; none are taken if left out. */
  readonly kernels?: string;
  /** The kernel that it has for an operation beyond core's primitives; none if left out. */
  readonly kernelOf?: (operation: Operation) => OperationKernel | undefined;
  /** What it takes as one step: runs of elementwise operations if left out, with `rowGroups` also reductions along rows. */
  readonly groups?: Grouping;
}

/** Called for each operation that is computed by its meaning, with the reason of its kernel for refusing, if there is a kernel. */
export type OnMeaning = (operation: Operation, refusal: string | undefined) => void;
