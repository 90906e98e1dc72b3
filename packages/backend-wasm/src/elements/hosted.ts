import type { Expression, Type } from "../assembler/expression.ts";
import { call, type ModuleBuilder } from "../assembler/module-builder.ts";

/** Functions of `Math`, of doubles, that modules import: V8 calls them without leaving machine code. */
export const hostNames = ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "atan", "pow"] as const;

/** The name of such a function. */
export type HostName = (typeof hostNames)[number];

/** The functions by name. */
export function hostFunctions(): Readonly<Record<HostName, (a: number, b: number) => number>> {
  return Object.fromEntries(hostNames.map((name) => [name, Math[name]])) as ReturnType<typeof hostFunctions>;
}

/** A function of the host. */
export function hosted(
  module: ModuleBuilder,
  name: HostName,
  ...operands: readonly Expression<"f64">[]
): Expression<"f64"> {
  return call("f64", module.import(name, new Array<Type>(operands.length).fill("f64"), "f64"), ...operands);
}
