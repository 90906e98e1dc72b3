import type { Expression, Type } from "../assembler/expression.ts";
import { call, type ModuleBuilder } from "../assembler/module-builder.ts";

/** The host's function of doubles: one of `hostFunctions`, by name. */
export function hosted(
  module: ModuleBuilder,
  name: string,
  ...operands: readonly Expression<"f64">[]
): Expression<"f64"> {
  return call("f64", module.import(name, new Array<Type>(operands.length).fill("f64"), "f64"), ...operands);
}
