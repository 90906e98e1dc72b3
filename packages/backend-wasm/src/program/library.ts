import type { Callable } from "../assembler/expression.ts";
import { memoryImport, ModuleBuilder, type Target } from "../assembler/module-builder.ts";
import { hostFunctions } from "../elements/host-functions.ts";
import type { Kernel } from "../kernels/kernel.ts";

/** Finds the function of a kernel in the module that is being written. */
export type Find = (kernel: Kernel) => Callable;

/** A kernel that exists: its short name in modules, and its function. */
interface Known {
  readonly alias: string;
  readonly run: WebAssembly.ExportValue;
}

/** The name of a program's own function in its module. */
const entry = "step";

/** The kernels of one memory. Each is emitted with the first program that calls it; later programs import it. */
export class Library {
  private readonly target: Target;
  private readonly memory: WebAssembly.Memory;
  private readonly known = new Map<string, Known>();

  constructor(target: Target, memory: WebAssembly.Memory) {
    this.target = target;
    this.memory = memory;
  }

  /** Emits a module with the function that `define` gives and the kernels that it finds; the function, ready to call. */
  link(define: (module: ModuleBuilder, find: Find) => Callable): (arena: number, slots: number) => void {
    const module = new ModuleBuilder(this.target);
    const environment: Record<string, WebAssembly.ImportValue> = { ...hostFunctions, [memoryImport]: this.memory };
    const found = new Map<string, Callable>();
    const made: { readonly name: string; readonly alias: string }[] = [];
    const find: Find = (kernel) => {
      let callable = found.get(kernel.name);
      if (callable !== undefined) return callable;
      const known = this.known.get(kernel.name);
      if (known === undefined) {
        callable = kernel.define(module);
        const alias = `kernel${this.known.size + made.length}`;
        made.push({ name: kernel.name, alias });
        module.export(alias, callable);
      } else {
        callable = module.import(known.alias, new Array(kernel.parameters.length + 2).fill("i32"));
        environment[known.alias] = known.run as WebAssembly.ImportValue;
      }
      found.set(kernel.name, callable);
      return callable;
    };
    module.export(entry, define(module, find));
    const compiled = new WebAssembly.Module(module.bytes());
    const { exports } = new WebAssembly.Instance(compiled, { env: environment });
    for (const { name, alias } of made) this.known.set(name, { alias, run: exports[alias]! });
    return exports[entry] as (arena: number, slots: number) => void;
  }
}
