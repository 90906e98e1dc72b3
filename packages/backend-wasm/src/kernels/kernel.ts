import type { Operand } from "../assembler/encode.ts";
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
  /** Tasks that are better done by one thread: those that write one cache line. */
  readonly grain: number;
  readonly define: (module: ModuleBuilder) => Callable;
  /** Whether it is another package's, so that its name is known in its set of kernels alone. */
  readonly isForeign?: true;
}

/** The variables of a function, by name. */
export type Variables<Name extends string> = Readonly<Record<Name, Local<"i32">>>;

/** A kernel whose body `write` writes. */
export function kernel<Name extends string>(
  name: string,
  parameters: readonly Name[],
  write: (code: FunctionBuilder, variables: Variables<Name | "from" | "to">, module: ModuleBuilder) => void,
  grain = 1,
): Kernel<Name> {
  const define = (module: ModuleBuilder): Callable =>
    named(module, [...parameters, "from", "to"], (code, variables) => write(code, variables, module));
  return { name, parameters, grain, define };
}

/** Writes a call of a function inside a module, its parameters by name. */
export type Procedure<Name extends string> = (
  code: FunctionBuilder,
  values: Readonly<Record<Name, Operand<"i32">>>,
) => void;

/** A function inside a module that gives nothing. */
export function procedure<const Name extends string>(
  module: ModuleBuilder,
  parameters: readonly Name[],
  write: (code: FunctionBuilder, variables: Variables<Name>) => void,
): Procedure<Name> {
  const callable = named(module, parameters, write);
  return (code, values) => code.run(callable, ...parameters.map((name) => values[name]));
}

function named<Name extends string>(
  module: ModuleBuilder,
  parameters: readonly Name[],
  write: (code: FunctionBuilder, variables: Variables<Name>) => void,
): Callable {
  return module.define(
    parameters.map(() => "i32" as const),
    undefined,
    (code, locals) =>
      write(code, Object.fromEntries(parameters.map((name, at) => [name, locals[at]])) as Variables<Name>),
  );
}

/** Divides `total` into pieces of `size`, the last of what is left: where each begins, and how much it is. */
export function pieces(
  code: FunctionBuilder,
  total: Local<"i32">,
  size: Local<"i32"> | number,
  each: (first: Local<"i32">, count: Local<"i32">) => void,
): void {
  const most = typeof size === "number" ? i32.constant(size) : size;
  code.for(0, total, size, (first) => each(first, code.let(minimum(i32.sub(total, first), most))));
}

/** The lesser of two whole numbers. */
export function minimum(a: Expression<"i32">, b: Expression<"i32">): Expression<"i32"> {
  return select(i32.less(a, b), a, b);
}
