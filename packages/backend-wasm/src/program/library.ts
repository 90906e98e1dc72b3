import type { Callable } from "../assembler/expression.ts";
import { memoryImport, ModuleBuilder, type Target } from "../assembler/module-builder.ts";
import { hostFunctions } from "../elements/hosted.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import type { WorkQueue } from "../threads/work-queue.ts";
import type { Site, Worthwhile, Written } from "./write-program.ts";

/** Finds the function of a kernel in the module that is being written. */
export type Find = (kernel: Kernel) => Callable;

/** A kernel that exists: its short name in modules, and its function. */
interface Known {
  readonly alias: string;
  readonly run: WebAssembly.ExportValue;
}

/** The name of a program's own function in its module. */
const entry = "step";

/** A program, ready to run. */
export interface Linked extends Written {
  /** The function of the address of its arena, of that of the table of its slots' addresses, of which thread runs it and how many do. */
  readonly run: (arena: number, slots: number, thread: number, threads: number) => void;
  /** The number of its module, by which workers know it. */
  readonly number: number;
}

/** The kernels of one memory. Each is emitted with the first program that calls it; later programs import it. */
export class Library {
  private readonly target: Target;
  private readonly memory: WebAssembly.Memory;
  private readonly threads: number;
  private readonly worthwhile: Worthwhile;
  private readonly known = new Map<string, Known>();
  private count = 0;
  /** Modules that the workers do not have yet. */
  private unsent: Uint8Array<ArrayBuffer>[] = [];

  constructor(target: Target, memory: WebAssembly.Memory, threads: number, worthwhile: Worthwhile) {
    this.target = target;
    this.memory = memory;
    this.threads = threads;
    this.worthwhile = worthwhile;
  }

  /** Emits a module with what `write` writes and the kernels that it finds. */
  link(write: (site: Omit<Site, "constants">) => Written): Linked {
    const module = new ModuleBuilder(this.target);
    const environment: Record<string, WebAssembly.ImportValue> = { ...hostFunctions(), [memoryImport]: this.memory };
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
    const written = write({ module, find, threads: this.threads, worthwhile: this.worthwhile });
    module.export(entry, written.step);
    const bytes = module.bytes();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: environment });
    for (const { name, alias } of made) this.known.set(name, { alias, run: exports[alias]! });
    if (this.threads > 1) this.unsent.push(bytes);
    return { ...written, run: exports[entry] as Linked["run"], number: this.count++ };
  }

  /** Posts the modules that workers do not have yet, in order, as later ones import the kernels of earlier ones. */
  send(queue: WorkQueue, linear: LinearMemory): void {
    for (let bytes = this.unsent[0]; bytes !== undefined; bytes = this.unsent[0]) {
      const address = linear.allocate(bytes.length, "the code of a program");
      // Only now: what finds no room is sent with the next program, as workers number modules in the order in which they get them.
      this.unsent.shift();
      linear.write("uint8", address, bytes);
      const finish = (): void => linear.release(address);
      queue.post("compile", queue.threads, [address, bytes.length, 0], { finish, lose: finish });
    }
  }
}
