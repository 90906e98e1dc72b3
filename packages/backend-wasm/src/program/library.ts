import type { Callable } from "../assembler/expression.ts";
import { memoryImport, ModuleBuilder, type Target } from "../assembler/module-builder.ts";
import { hostFunctions } from "../elements/hosted.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import type { WorkQueue } from "../threads/work-queue.ts";
import type { Site, Worthwhile, Written } from "./write-program.ts";

/** Finds the function of a kernel in the module that is being written. */
export type Find = (kernel: Kernel) => Callable;

/** A module, which workers get when they are to run its program or one that needs its kernels. */
interface Emitted {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The modules whose kernels it calls. */
  readonly needs: readonly Emitted[];
  /** The number by which workers know its program; undefined until they have it. */
  number: number | undefined;
}

/** A kernel that exists: its short name in modules, its function, and the module that it is in. */
interface Known {
  readonly alias: string;
  readonly run: WebAssembly.ExportValue;
  readonly module: Emitted;
}

/** The name of a program's own function in its module. */
const entry = "step";

/** A program, ready to run. */
export interface Linked extends Written {
  /** The function of the address of its arena, of that of the table of its slots' addresses, of which thread runs it and how many do. */
  readonly run: (arena: number, slots: number, thread: number, threads: number) => void;
  readonly module: Emitted;
}

/** The kernels of one memory. Each is emitted with the first program that calls it; later programs import it. */
export class Library {
  private readonly target: Target;
  private readonly memory: WebAssembly.Memory;
  private readonly threads: number;
  private readonly worthwhile: Worthwhile;
  private readonly known = new Map<string, Known>();
  /** Programs that the workers have, and the numbers among them of programs that nobody can run any more. */
  private sent = 0;
  private readonly free: number[] = [];
  private readonly ends: FinalizationRegistry<Emitted> = new FinalizationRegistry(({ number }) => {
    if (number !== undefined) this.free.push(number);
  });

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
    const needs = new Set<Emitted>();
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
        needs.add(known.module);
      }
      found.set(kernel.name, callable);
      return callable;
    };
    const written = write({ module, find, threads: this.threads, worthwhile: this.worthwhile });
    module.export(entry, written.step);
    const bytes = module.bytes();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: environment });
    const emitted: Emitted = { bytes, needs: [...needs], number: undefined };
    for (const { name, alias } of made) this.known.set(name, { alias, run: exports[alias]!, module: emitted });
    const linked = { ...written, run: exports[entry] as Linked["run"], module: emitted };
    this.ends.register(linked, emitted);
    return linked;
  }

  /** Posts a module to the workers, after those that it needs, unless they have it; gives the number of its program. */
  send(module: Emitted, queue: WorkQueue, linear: LinearMemory): number {
    if (module.number !== undefined) return module.number;
    for (const needed of module.needs) this.send(needed, queue, linear);
    const { bytes } = module;
    const address = linear.allocate(bytes.length, "the code of a program");
    linear.write("uint8", address, bytes);
    const number = this.free.pop() ?? this.sent++;
    queue.post("compile", queue.threads, [address, bytes.length, number]);
    queue.release(address);
    return (module.number = number);
  }
}
