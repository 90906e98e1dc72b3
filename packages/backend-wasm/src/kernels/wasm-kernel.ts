import { KernelSets, type OperationKernel } from "@gradloom/core/backend";
import type { ElementwiseFormula } from "../mathematics/formula.ts";
import type { Lowering } from "./call.ts";

/** A kernel of an operation that is a step of its own. */
export interface WasmStepKernel extends OperationKernel {
  readonly form: "step";
  readonly calls: Lowering<never>;
}

/** A formula of an elementwise operation, which joins groups; its name is no other operation's. */
export interface WasmElementKernel extends OperationKernel, ElementwiseFormula {
  readonly form: "element";
}

/** What the backend runs for an operation of another package. */
export type WasmKernel = WasmStepKernel | WasmElementKernel;

/** The kernels that a backend was given; those of another copy of this package are of another class. */
export class WasmKernelSets extends KernelSets<WasmKernel> {}
