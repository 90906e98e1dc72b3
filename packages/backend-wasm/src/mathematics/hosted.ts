import type { Expression, Type } from "../assembler/expression.ts";
import { call, type ModuleBuilder } from "../assembler/module-builder.ts";

/** The functions of `Math`, of doubles, that modules import: V8 calls them without leaving machine code. */
export type HostName = "exp" | "expm1" | "log" | "log1p" | "sin" | "cos" | "tanh" | "atan" | "pow";

/** A function of the host. */
export function hosted(
  module: ModuleBuilder,
  name: HostName,
  ...operands: readonly Expression<"f64">[]
): Expression<"f64"> {
  return call("f64", module.import("math", name, new Array<Type>(operands.length).fill("f64"), "f64"), ...operands);
}
