import { atomic } from "../assembler/atomics.ts";
import type { Callable, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import { minimum } from "../kernels/kernel.ts";
import { control } from "../threads/control.ts";

/** How often a thread checks whether the others came before it sleeps: about 100 µs, as in `workerSource`. */
const spins = 30_000;

/** A function of the number of threads: returns in each when all of them called it. */
export function defineBarrier(module: ModuleBuilder): Callable {
  return module.define(["i32"], undefined, (code, [threads]) => {
    code.when(i32.greater(threads!, 1), () => {
      const passed = code.let(atomic.load(control.passed));
      const before = code.let(atomic.add(control.waiting, 1));
      code.when(
        i32.equal(before, i32.sub(threads!, 1)),
        () => {
          code.let(atomic.exchange(control.waiting, 0));
          code.let(atomic.add(control.passed, 1));
          code.let(atomic.notify(control.passed, threads!));
        },
        () => {
          const waits = i32.equal(atomic.load(control.passed), passed);
          const left = code.let(i32.constant(spins));
          code.while(i32.and(waits, i32.greater(left, 0)), () => code.advance(left, -1));
          code.while(waits, () => {
            code.let(atomic.wait(control.passed, passed));
          });
        },
      );
    });
  });
}

/** The threads that run a program: which one this is, and how many there are. */
export interface Threads {
  readonly thread: Local<"i32">;
  readonly threads: Local<"i32">;
}

/** Who worked since the last barrier. */
export type Workers = "nobody" | "first" | "all";

/** Divides the work of a program among threads: what comes after other work finds it done. */
export class Division {
  readonly threads: Threads;
  private readonly code: FunctionBuilder;
  /** If there is none, the program is not divided. */
  private readonly barrier: Callable | undefined;
  private since: Workers;

  /** `since` is who worked before this part of the program. */
  constructor(code: FunctionBuilder, threads: Threads, barrier: Callable | undefined, since: Workers) {
    this.code = code;
    this.threads = threads;
    this.barrier = barrier;
    this.since = since;
  }

  /** Who worked since the last barrier. */
  get worked(): Workers {
    return this.since;
  }

  /** Work for the first thread. */
  first(work: () => void): void {
    if (this.barrier === undefined) return work();
    if (this.since === "all") this.meet();
    this.code.when(i32.isZero(this.threads.thread), work);
    this.since = "first";
  }

  /** Work that all threads share. */
  all(work: () => void): void {
    this.meet();
    work();
    this.since = "all";
  }

  /** The part of the units that is this thread's: from one to before another. */
  share(units: number): readonly [Local<"i32">, Local<"i32">] {
    const { thread, threads } = this.threads;
    const part = this.code.let(i32.divUnsigned(i32.sub(i32.add(threads, units), 1), threads));
    const from = this.code.let(i32.mul(part, thread));
    return [from, this.code.let(minimum(i32.add(from, part), i32.constant(units)))];
  }

  /** Waits for what was done so far. */
  private meet(): void {
    if (this.barrier !== undefined && this.since !== "nobody") this.code.run(this.barrier, this.threads.threads);
    this.since = "nobody";
  }
}
