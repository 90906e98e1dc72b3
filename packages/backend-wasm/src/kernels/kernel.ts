import type { Callable, Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32, select } from "../assembler/scalars.ts";

/**
 * A function that does one kind of work, whatever the sizes and addresses, which are its parameters. It is emitted once for each memory and
 * imported by the programs that call it. Its work is divided into tasks that can run in any order: it does those from `from` to before `to`.
 */
export interface Kernel<Name extends string = string> {
  /** Tells kernels apart. */
  readonly name: string;
  readonly parameters: readonly Name[];
  readonly define: (module: ModuleBuilder) => Callable;
}

/** The variables of a kernel, by name. */
export type Variables<Name extends string> = Readonly<Record<Name | "from" | "to", Local<"i32">>>;

/** A kernel whose body `write` writes. */
export function kernel<Name extends string>(
  name: string,
  parameters: readonly Name[],
  write: (code: FunctionBuilder, variables: Variables<Name>, module: ModuleBuilder) => void,
): Kernel<Name> {
  const all = [...parameters, "from", "to"] as const;
  const define = (module: ModuleBuilder): Callable =>
    module.define(
      all.map(() => "i32" as const),
      undefined,
      (code, locals) =>
        write(code, Object.fromEntries(all.map((each, at) => [each, locals[at]])) as Variables<Name>, module),
    );
  return { name, parameters, define };
}

/** The lesser of two whole numbers. */
export function minimum(a: Expression<"i32">, b: Expression<"i32">): Expression<"i32"> {
  return select(i32.less(a, b), a, b);
}
