import type { DType } from "@gradloom/core/backend";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import type { Quad } from "./quad.ts";

/** Where a formula writes its code, and what it works on. */
export interface Site {
  readonly code: FunctionBuilder;
  readonly module: ModuleBuilder;
  /** The dtype of the last operand, which is that of all but a condition. */
  readonly dtype: DType;
}

/** Where a formula that is a part of a group writes its code. */
export interface ElementSite extends Site {
  /** The dtype of the result. */
  readonly result: DType;
}

/** Writes the code of one elementwise operation for four elements; every operand is a variable. */
export type Formula = (site: Site, operands: readonly Quad[], attributes: object) => Quad;

/** What makes each element of the elements of its place. */
export interface ElementwiseFormula {
  /** Tells computations apart in the names of kernels. */
  readonly name: string;
  readonly formula: (site: ElementSite, operands: readonly Quad[], attributes: object) => Quad;
  /** Whether it is an instruction or a few. */
  readonly light: boolean;
}
