import type { Callable } from "../assembler/expression.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { Constants } from "./constants.ts";

/** Finds the function of a kernel in the module that is being written. */
export type ImportKernel = (kernel: Kernel) => Callable;

/**
 * From how many nanoseconds on one thread on a call, a body of a loop or a program is divided among several; `byte` is added to that of a program for
 * each byte that it hands out.
 */
export type ParallelThresholds = Readonly<Record<"call" | "body" | "program" | "byte", number>>;

/** What a program is written into. */
export interface ProgramContext {
  readonly module: ModuleBuilder;
  readonly importKernel: ImportKernel;
  readonly constants: Constants;
  /** Threads that may run it, and when they do. */
  readonly threads: number;
  readonly thresholds: ParallelThresholds;
}
