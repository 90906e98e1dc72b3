import type { Callable } from "../assembler/expression.ts";
import { ModuleBuilder, type ModuleOptions } from "../assembler/module-builder.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import type { WorkQueue } from "../threads/work-queue.ts";
import type { ImportKernel, ParallelThresholds, ProgramContext } from "./program-context.ts";
import type { ProgramFunction } from "./program-function.ts";

/** A module that exists. Workers get it when they are to run its program, or one that calls its kernels. */
interface Emitted {
  /** What workers and the modules that import from it call it: no other module that somebody can still run has it. */
  readonly number: number;
  readonly bytes: ArrayBuffer;
  /** The modules whose kernels it calls. */
  readonly needs: ReadonlySet<Emitted>;
  readonly exports: WebAssembly.Exports;
  isSent: boolean;
}

/** A kernel that exists: the module that it is in, and its name there. */
interface Known {
  readonly module: Emitted;
  readonly name: string;
}

/** The name of a program's own function in its module. */
const entry = "step";

/** Kernels that are remembered, at most: as core remembers 256 programs, and a new one brings a few at most. */
const mostKernels = 512;

/** A program, ready to run. */
export interface Linked extends ProgramFunction {
  /** The function of the address of its arena, of that of the table of its slots' addresses, of which thread runs it and how many do. */
  readonly run: (arena: number, slots: number, thread: number, threads: number) => void;
  readonly module: Emitted;
}

/**
 * The kernels of one memory. Each is emitted with the first program that calls it; later programs import it, as long as it is among those that
 * were found last. Kernels lie in modules of their own, which import none, so that a program keeps no other program's code alive.
 */
export class Library {
  private readonly options: ModuleOptions;
  private readonly memory: WebAssembly.Memory;
  readonly threads: number;
  private readonly thresholds: ParallelThresholds;
  /** The kernels by name, those that were found last at the end. */
  private readonly known = new Map<string, Known>();
  /** How many numbers modules have had, and those of modules that nobody can run any more. */
  private numbers = 0;
  private readonly free: number[] = [];
  private readonly ends: FinalizationRegistry<number> = new FinalizationRegistry((number) => this.free.push(number));

  constructor(options: ModuleOptions, memory: WebAssembly.Memory, threads: number, thresholds: ParallelThresholds) {
    this.options = options;
    this.memory = memory;
    this.threads = threads;
    this.thresholds = thresholds;
  }

  /** Emits a module with what `write` writes, and one with those of the kernels it finds that do not exist yet. */
  link(write: (context: Omit<ProgramContext, "constants">) => ProgramFunction): Linked {
    const module = new ModuleBuilder(this.options);
    const kernels = new ModuleBuilder(this.options);
    const [own, number] = [this.newNumber(), this.newNumber()];
    const found = new Map<string, Callable>();
    const made: string[] = [];
    const needs = new Set<Emitted>();
    const importKernel: ImportKernel = (kernel) => {
      let callable = found.get(kernel.name);
      if (callable !== undefined) return callable;
      const known = this.known.get(kernel.name);
      const name = known?.name ?? `${made.length}`;
      if (known === undefined) {
        kernels.export(name, kernel.define(kernels));
        made.push(kernel.name);
      } else {
        needs.add(known.module);
        this.remember(kernel.name, known);
      }
      const parameters = new Array<"i32">(kernel.parameters.length + 2).fill("i32");
      callable = module.import(`${known?.module.number ?? own}`, name, parameters);
      found.set(kernel.name, callable);
      return callable;
    };
    const written = write({ module, importKernel, threads: this.threads, thresholds: this.thresholds });
    module.export(entry, written.step);
    if (made.length > 0) {
      const emitted = this.emit(kernels, own);
      made.forEach((name, at) => this.remember(name, { module: emitted, name: `${at}` }));
      needs.add(emitted);
    } else this.free.push(own);
    const emitted = this.emit(module, number, needs);
    return { ...written, run: emitted.exports[entry] as Linked["run"], module: emitted };
  }

  /** Posts a module to the workers, after those that it needs, unless they have it; gives the number of its program. */
  send(module: Emitted, queue: WorkQueue, linear: LinearMemory): number {
    const { number, bytes, needs } = module;
    if (module.isSent) return number;
    for (const needed of needs) this.send(needed, queue, linear);
    const address = linear.allocate(bytes.byteLength, "the code of a program");
    linear.write("uint8", address, new Uint8Array(bytes));
    queue.post("compile", queue.threads, [address, bytes.byteLength, number]);
    queue.release(address);
    module.isSent = true;
    return number;
  }

  private newNumber(): number {
    return this.free.pop() ?? this.numbers++;
  }

  private emit(builder: ModuleBuilder, number: number, needs: ReadonlySet<Emitted> = new Set()): Emitted {
    const bytes = builder.bytes();
    const imports = { env: { memory: this.memory }, math: Math } as unknown as WebAssembly.Imports;
    for (const needed of needs) imports[needed.number] = needed.exports;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    const emitted: Emitted = { number, bytes, needs, exports, isSent: false };
    this.ends.register(emitted, number);
    return emitted;
  }

  /** Puts a kernel behind the others, and forgets the first ones if there are too many. */
  private remember(name: string, kernel: Known): void {
    this.known.delete(name);
    this.known.set(name, kernel);
    if (this.known.size > mostKernels) this.known.delete(this.known.keys().next().value!);
  }
}
