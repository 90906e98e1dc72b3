import type { FunctionBuilder } from "../../src/assembler/function-builder.ts";
import type { Local, Type } from "../../src/assembler/expression.ts";
import { ModuleBuilder } from "../../src/assembler/module-builder.ts";

/** A function written by the assembler, with the memory that it works on. */
export interface Assembled {
  readonly call: (...values: readonly number[]) => number;
  readonly memory: WebAssembly.Memory;
}

/** Assembles, validates and instantiates one function. */
export function assemble<T extends Type>(
  parameters: readonly T[],
  result: Type | undefined,
  write: (code: FunctionBuilder, parameters: readonly Local<T>[]) => void,
): Assembled {
  const module = new ModuleBuilder({ memory: { shared: false }, relaxed: false });
  module.export("call", module.define(parameters, result, write));
  const bytes = module.bytes();
  if (!WebAssembly.validate(bytes)) throw new Error("the module is not valid");
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { call: exports["call"] as Assembled["call"], memory };
}
