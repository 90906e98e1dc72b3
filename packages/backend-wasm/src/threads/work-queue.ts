import { GradloomError } from "@gradloom/core";
import { control, controlAddress, controlBytes, jobKinds, jobWords, ringSize } from "./control.ts";
import { type RunningWorker, startWorker, type Tell } from "./start-worker.ts";

/** Runs under way after which a trainer waits. */
const runsAhead = 2;

/** How long the blocked host waits for the end of a job before it gives the workers up: a minute, and so much longer than the job should take. */
const patience = { milliseconds: 60_000, factor: 100 };

/** What happens at the host once a job is over. */
export interface Job {
  finish?: () => void;
  /** The job was not done, or not to its end. */
  lose?: (error: GradloomError) => void;
  /** About how long it takes on one thread. */
  readonly nanoseconds?: number;
}

interface Waiter {
  /** Jobs that must be over. */
  readonly jobs: number;
  readonly resolve: () => void;
  readonly reject: (error: GradloomError) => void;
}

/**
 * The one queue of a backend with threads: workers do the jobs in order, all of them at one job. The host posts and goes on; it learns of
 * ends when it looks. If a worker fails, everything under way is lost and the host goes on alone.
 */
export class WorkQueue {
  readonly threads: number;
  private readonly memory: WebAssembly.Memory;
  private readonly words: Int32Array;
  private workers: readonly RunningWorker[] = [];
  private state: "new" | "asked" | "starting" | "ready" | "failed" = "new";
  /** Jobs posted and not yet known to be over. */
  private readonly jobs: Job[] = [];
  private posted = 0;
  private readonly waiters: Waiter[] = [];
  private failure: GradloomError | undefined;

  constructor(memory: WebAssembly.Memory, threads: number) {
    this.memory = memory;
    this.threads = threads;
    this.words = new Int32Array(memory.buffer, controlAddress, controlBytes / 4);
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    if (this.jobs.length > 0) this.collect();
    return this.jobs.length === 0;
  }

  /** Whether workers take jobs; the second time it is asked, they are started, so that they do not hold up a program's first work. */
  get isReady(): boolean {
    if (this.state === "asked") this.start();
    if (this.state === "new") this.state = "asked";
    if (this.state === "starting" && this.load(control.ready) === this.threads) this.state = "ready";
    return this.state === "ready";
  }

  /** Posts a job for so many of the threads. While too many are under way, it waits. */
  post(kind: keyof typeof jobKinds, active: number, numbers: readonly [number, number, number], job: Job = {}): void {
    if (this.jobs.length >= ringSize) this.collect();
    if (this.jobs.length >= ringSize) this.block(ringSize / 2);
    if (this.state !== "ready") throw this.failure!;
    const start = control.ring / 4 + (this.posted & (ringSize - 1)) * jobWords;
    this.words.set([jobKinds[kind], active, ...numbers], start);
    this.jobs.push(job);
    this.posted = (this.posted + 1) | 0;
    Atomics.store(this.words, control.posted / 4, this.posted);
    Atomics.notify(this.words, control.posted / 4);
  }

  /** Does something once all that is under way is over, which may be now. */
  afterwards(finish: () => void): void {
    const last = this.isIdle ? undefined : this.jobs.at(-1)!;
    if (last === undefined) return finish();
    const { finish: before, lose } = last;
    last.finish = () => {
      before?.();
      finish();
    };
    last.lose = (error) => {
      lose?.(error);
      finish();
    };
  }

  /** Waits until all that is under way is over. */
  async done(): Promise<void> {
    if (!this.isIdle) await this.reached(this.jobs.length);
  }

  /** What to wait for before another step; undefined if few are under way. */
  drained(): Promise<void> | undefined {
    if (this.isIdle || this.jobs.length <= runsAhead) return undefined;
    return this.reached(this.jobs.length - runsAhead);
  }

  /** Blocks until at most so many jobs are under way. */
  block(most = 0): void {
    let since = performance.now();
    let before = this.jobs.length;
    while (this.jobs.length > most) {
      const done = this.load(control.done);
      this.collect();
      if (this.jobs.length <= most) return;
      if (this.jobs.length < before) {
        before = this.jobs.length;
        since = performance.now();
      } else if (performance.now() - since > this.patience()) this.fail("they do not answer");
      this.sleep(done);
    }
  }

  /** Ends the workers; what is under way is lost, with an error. */
  stop(error: GradloomError): void {
    this.state = "failed";
    this.failure = error;
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
    awaited.delete(this);
    for (const job of this.jobs.splice(0)) job.lose?.(error);
    for (const { reject } of this.waiters.splice(0)) reject(error);
  }

  private start(): void {
    this.state = "starting";
    try {
      this.workers = startWorkers(this.memory, this.threads, teller(this));
      endings.register(this, this.workers);
    } catch (error) {
      this.fail(String(error));
    }
  }

  /** What a worker tells. */
  hear(message: string): void {
    if (message === "") this.collect();
    else this.fail(message);
  }

  private load(offset: number): number {
    return Atomics.load(this.words, offset / 4);
  }

  /** Takes note of the jobs that are over. */
  private collect(): void {
    const under = (this.posted - this.load(control.done)) | 0;
    while (this.jobs.length > under) this.jobs.shift()!.finish?.();
    if (this.load(control.failed) !== 0) this.fail("it stopped with an error");
    this.wake();
  }

  private reached(jobs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ jobs: this.over() + jobs, resolve, reject });
      this.listen(true);
      // What ended before the workers knew that somebody listens.
      this.collect();
    });
  }

  private patience(): number {
    const { nanoseconds = 0 } = this.jobs[0]!;
    return patience.milliseconds + patience.factor * (nanoseconds / 1e6);
  }

  private over(): number {
    return (this.posted - this.jobs.length) | 0;
  }

  private wake(): void {
    const over = this.over();
    for (let at = this.waiters.length - 1; at >= 0; at--) {
      if (((this.waiters[at]!.jobs - over) | 0) <= 0) this.waiters.splice(at, 1)[0]!.resolve();
    }
    if (this.waiters.length === 0) this.listen(false);
  }

  private listen(listening: boolean): void {
    if (Number(listening) === this.load(control.listening)) return;
    Atomics.store(this.words, control.listening / 4, Number(listening));
    this.workers[0]?.keepAlive(listening);
    if (listening) awaited.add(this);
    else awaited.delete(this);
  }

  /** Sleeps until another job is over, for a while; on the main thread of a page it only looks. */
  private sleep(done: number): void {
    try {
      Atomics.wait(this.words, control.done / 4, done, 100);
    } catch {
      // This thread must not sleep.
    }
  }

  /** Gives up the workers and all that is under way, with a warning. */
  private fail(reason: string): void {
    if (this.state === "failed") return;
    const happened = this.state === "ready" ? "are gone" : "cannot start";
    this.stop(lost(reason));
    console.warn(`wasm: the worker threads ${happened} (${reason}); one thread computes`);
  }
}

/** Queues that somebody waits for: who waits may be held by nothing but the promise, which the queue holds. */
const awaited = new Set<WorkQueue>();

function startWorkers(memory: WebAssembly.Memory, threads: number, tell: Tell): readonly RunningWorker[] {
  return Array.from({ length: threads }, (_, thread) => startWorker({ memory, thread, threads }, tell));
}

/** Tells a queue, as long as somebody else refers to it: a function of its own, which holds nothing but the weak reference. */
function teller(queue: WorkQueue): Tell {
  const weak = new WeakRef(queue);
  return (message) => weak.deref()?.hear(message);
}

const endings = new FinalizationRegistry<readonly RunningWorker[]>((workers) => {
  for (const worker of workers) worker.terminate();
});

function lost(reason: string): GradloomError {
  // Why: A worker was ended from outside, ran out of memory, or met a fault of the backend, whose reason stands in brackets. Everything
  // that was under way is lost, and so are the variables that it was writing; all others are whole. Go on from what `trainer.snapshot()`
  // gave, or from a saved file. If it happens again, please report it; `wasm({ threads: 1 })` needs no workers.
  return new GradloomError(
    "wasm-worker",
    `wasm: a worker thread failed (${reason}), and what was being computed is lost; what is whole can be used, by one thread from here on; load the rest from a checkpoint`,
  );
}
