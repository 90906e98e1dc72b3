import { ByteWriter, text, unsigned } from "./byte-writer.ts";
import { type Callable, CallExpression, type Expression, Local, type Type, types } from "./expression.ts";
import { FunctionBuilder } from "./function-builder.ts";

/** The memory that a module works on. Shared memory needs its largest size, in pages of 64 KiB. */
export type MemoryKind = { readonly shared: false } | { readonly shared: true; readonly maximum: number };

/** What emitted code may rely on. */
export interface ModuleOptions {
  readonly memory: MemoryKind;
  /** Whether the engine has the multiply-add of relaxed SIMD. */
  readonly relaxed: boolean;
  /** Whether products of single precision are written for an engine that joins neighbouring vectors of 128 bits into one of 256. */
  readonly wide?: boolean;
}

/** A function of the module, and what wrote its body. */
interface Definition {
  readonly callable: Callable;
  readonly builder: FunctionBuilder;
}

/** A function that comes from outside. */
interface Import {
  readonly from: string;
  readonly name: string;
  readonly callable: Callable;
}

/** Collects the functions of a module and writes it. It imports `env.memory`, and functions. */
export class ModuleBuilder {
  readonly options: ModuleOptions;
  private readonly imports: Import[] = [];
  private readonly definitions: Definition[] = [];
  private readonly exports: { readonly name: string; readonly callable: Callable }[] = [];

  constructor(options: ModuleOptions) {
    this.options = options;
  }

  /** A function that comes from another module, under a name. */
  import(from: string, name: string, parameters: readonly Type[], result?: Type): Callable {
    const known = this.imports.find((other) => other.name === name && other.from === from);
    if (known !== undefined) return known.callable;
    const callable: Callable = { parameters, result, index: -1 };
    this.imports.push({ from, name, callable });
    return callable;
  }

  /** A function of this module. */
  define<T extends Type>(
    parameters: readonly T[],
    result: Type | undefined,
    write: (code: FunctionBuilder, parameters: readonly Local<T>[]) => void,
  ): Callable {
    const builder = new FunctionBuilder(parameters.length, this.options.relaxed);
    write(
      builder,
      parameters.map((type, index) => new Local(type, index, unsigned(index))),
    );
    const callable: Callable = { parameters, result, index: -1 };
    this.definitions.push({ callable, builder });
    return callable;
  }

  export(name: string, callable: Callable): void {
    this.exports.push({ name, callable });
  }

  /** The module's bytes. */
  bytes(): ArrayBuffer {
    const functions = [
      ...this.imports.map(({ callable }) => callable),
      ...this.definitions.map(({ callable }) => callable),
    ];
    functions.forEach((callable, index) => (callable.index = index));
    const module = new ByteWriter();
    module.write([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    section(module, 1, functions.map(typeOf));
    section(module, 2, [
      [...text("env"), ...text("memory"), 2, ...limits(this.options.memory)],
      ...this.imports.map(({ from, name }, at) => [...text(from), ...text(name), 0, ...unsigned(at)]),
    ]);
    section(
      module,
      3,
      this.definitions.map(({ callable }) => unsigned(callable.index)),
    );
    section(
      module,
      7,
      this.exports.map(({ name, callable }) => [...text(name), 0, ...unsigned(callable.index)]),
    );
    section(
      module,
      10,
      this.definitions.map(({ builder }) => codeOf(builder)),
    );
    return new Uint8Array(module.view()).buffer;
  }
}

/** The result of a call as an expression. */
export function call<T extends Type>(result: T, target: Callable, ...operands: readonly Expression[]): Expression<T> {
  return new CallExpression(result, target, operands);
}

/** The type of a function, which is no other's entry: engines find out which are the same. */
function typeOf({ parameters, result }: Callable): readonly number[] {
  const results = result === undefined ? [] : [result];
  return [
    0x60,
    ...[parameters, results].flatMap((list) => [...unsigned(list.length), ...list.map((type) => types[type])]),
  ];
}

function limits(memory: MemoryKind): readonly number[] {
  return memory.shared ? [3, 0, ...unsigned(memory.maximum)] : [0, 0];
}

function codeOf(builder: FunctionBuilder): ArrayLike<number> {
  const { code, references } = builder.finish();
  for (const { at, target } of references) code.patch(at, target.index);
  const sized = new ByteWriter();
  sized.unsigned(code.length);
  sized.write(code.view());
  return sized.view();
}

function section(module: ByteWriter, id: number, items: readonly ArrayLike<number>[]): void {
  if (items.length === 0) return;
  const content = new ByteWriter();
  content.unsigned(items.length);
  for (const item of items) content.write(item);
  module.byte(id);
  module.unsigned(content.length);
  module.write(content.view());
}
