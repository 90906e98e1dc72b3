import { GradloomError } from "@gradloom/core";
import { control, controlEnd, jobKinds, jobWords, ringSize } from "./control.ts";
import { type RunningWorker, startWorker, type WorkerListener } from "./start-worker.ts";

/** The memory that workers share, and what takes blocks of it back. */
export interface SharedMemory {
  readonly memory: WebAssembly.Memory;
  release(address: number): void;
}

/** Runs under way after which a trainer waits. */
const runsAhead = 2;

/** How long the blocked host waits while nothing goes on before it gives the workers up: `milliseconds`, and `factor` times as long as the job should take. */
export interface Timeout {
  readonly milliseconds: number;
  readonly factor: number;
}

const usual: Timeout = { milliseconds: 60_000, factor: 100 };

/** Milliseconds after which the blocked host polls again. If a poll comes later, the whole process was stopped meanwhile. */
const pollInterval = 100;

/** What the host does once a job is over, or, with an error, when it is given up: not done, or not to its end. */
export type Ending = (error?: GradloomError) => void;

interface Job {
  readonly endings: Ending[];
  /** About how long it takes on one thread. */
  readonly nanoseconds: number;
}

/**
 * The one queue of a backend with threads: workers do the jobs in order, all of them at one job. The host posts and goes on; it learns of
 * ends when it polls. If a worker fails, everything under way is given up and the host goes on alone, with other memory: workers that are
 * ended may write a while longer where they were told to.
 */
export class WorkQueue {
  readonly threads: number;
  private readonly linear: SharedMemory;
  private readonly words: Int32Array;
  /** What to do when the workers are ended, before anything else. */
  private readonly ended: () => void;
  private readonly timeout: Timeout;
  private readonly workers: RunningWorker[] = [];
  private isWanted = false;
  /** Jobs posted and not yet known to be over. */
  private readonly jobs: Job[] = [];
  private posted = 0;
  /** Jobs known to be over, since the beginning. */
  private over = 0;
  /** Promises that wait for jobs. */
  private awaiting = 0;
  private failure: GradloomError | undefined;

  constructor(linear: SharedMemory, threads: number, ended: () => void, timeout: Timeout = usual) {
    this.linear = linear;
    this.threads = threads;
    this.ended = ended;
    this.timeout = timeout;
    this.words = new Int32Array(linear.memory.buffer, 0, controlEnd);
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    if (this.jobs.length > 0) this.collect();
    return this.jobs.length === 0;
  }

  /** Whether workers take jobs; the second time it is asked, they are started, so that they do not hold up a program's first work. */
  get isReady(): boolean {
    if (this.failure !== undefined) return false;
    if (this.isWanted && this.workers.length === 0) this.start();
    this.isWanted = true;
    return this.load(control.ready) === this.threads;
  }

  /** Posts a job for the first `active` threads. While too many are under way, it waits. */
  post(
    kind: keyof typeof jobKinds,
    active: number,
    numbers: readonly [number, number, number],
    ending?: Ending,
    nanoseconds = 0,
  ): void {
    if (this.jobs.length >= ringSize) this.collect();
    if (this.jobs.length >= ringSize) this.block(ringSize / 2);
    if (this.failure !== undefined) throw this.failure;
    const start = control.ring + (this.posted & (ringSize - 1)) * jobWords;
    this.words.set([jobKinds[kind], active, ...numbers], start);
    this.jobs.push({ endings: ending === undefined ? [] : [ending], nanoseconds });
    this.posted = (this.posted + 1) | 0;
    Atomics.store(this.words, control.posted, this.posted);
    Atomics.notify(this.words, control.posted);
  }

  /** Does something once all that is under way is over or given up, which may be now. */
  afterwards(ending: Ending): void {
    if (this.isIdle) ending(this.failure);
    else this.jobs.at(-1)!.endings.push(ending);
  }

  /** Gives a block back that nothing uses but what is under way; never if that is given up. */
  release(address: number): void {
    this.afterwards((error) => {
      if (error === undefined) this.linear.release(address);
    });
  }

  /** Waits until all that is under way is over. */
  async done(): Promise<void> {
    if (!this.isIdle) await this.end(this.jobs.at(-1)!);
  }

  /** What to wait for before another step; undefined if few are under way. */
  drained(): Promise<void> | undefined {
    return this.isIdle || this.jobs.length <= runsAhead ? undefined : this.end(this.jobs.at(-1 - runsAhead)!);
  }

  /** Blocks until at most `most` jobs are under way. */
  block(most = 0): void {
    const { milliseconds, factor } = this.timeout;
    let [waited, last, before] = [0, 0, -1];
    for (this.collect(); this.jobs.length > most; this.collect()) {
      const [now, progress] = [performance.now(), this.over + this.load(control.passed)];
      waited = progress === before ? waited + Math.min(now - last, pollInterval) : 0;
      if (waited > milliseconds + factor * (this.jobs[0]!.nanoseconds / 1e6)) return this.fail("they do not answer");
      [last, before] = [now, progress];
      this.sleep();
    }
  }

  /** Ends the workers; what is under way is given up, with an error. */
  stop(error: GradloomError): void {
    this.note();
    this.failure = error;
    this.ended();
    for (const worker of this.workers.splice(0)) worker.terminate();
    for (const { endings } of this.jobs.splice(0)) for (const end of endings) end(error);
    this.listen(false);
  }

  private start(): void {
    endings.register(this, this.workers);
    try {
      const { memory } = this.linear;
      const listener = listenerOf(this);
      for (let thread = 0; thread < this.threads; thread++)
        this.workers.push(startWorker({ memory, thread, threads: this.threads }, listener));
    } catch (error) {
      this.fail(String(error));
    }
  }

  /** A message of a worker. */
  receive(message: string): void {
    if (message === "") this.collect();
    else this.fail(message);
  }

  private load(word: number): number {
    return Atomics.load(this.words, word);
  }

  /** Takes note of the jobs that are over, and of a failure. */
  private collect(): void {
    this.note();
    if (this.load(control.failed) !== 0) this.fail("it stopped with an error");
    if (this.awaiting === 0) this.listen(false);
  }

  private note(): void {
    this.over = this.load(control.done);
    const under = (this.posted - this.over) | 0;
    while (this.jobs.length > under) for (const end of this.jobs.shift()!.endings) end();
  }

  private end({ endings }: Job): Promise<void> {
    return new Promise((resolve, reject) => {
      this.awaiting++;
      endings.push((error) => {
        this.awaiting--;
        if (error === undefined) resolve();
        else reject(error);
      });
      this.listen(true);
      // What ended before the workers knew that somebody listens.
      this.collect();
    });
  }

  private listen(listening: boolean): void {
    if (Number(listening) === this.load(control.listening)) return;
    Atomics.store(this.words, control.listening, Number(listening));
    this.workers[0]?.keepAlive(listening);
    if (listening) awaited.add(this);
    else awaited.delete(this);
  }

  /** Sleeps until another job is over, for a while; on the main thread of a page it only polls. */
  private sleep(): void {
    try {
      Atomics.wait(this.words, control.done, this.over, pollInterval);
    } catch {
      // This thread must not sleep.
    }
  }

  /** Gives up the workers and all that is under way, with a warning. */
  private fail(reason: string): void {
    if (this.failure !== undefined) return;
    const happened = this.load(control.ready) === this.threads ? "are gone" : "cannot start";
    this.stop(lost(reason));
    console.warn(`wasm: the worker threads ${happened} (${reason}); one thread computes`);
  }
}

/** Queues that somebody waits for: who waits may be held by nothing but the promise, which the queue holds. */
const awaited = new Set<WorkQueue>();

/** Passes messages on to a queue, as long as somebody else refers to it: a function of its own, which holds nothing but the weak reference. */
function listenerOf(queue: WorkQueue): WorkerListener {
  const weak = new WeakRef(queue);
  return (message) => weak.deref()?.receive(message);
}

const endings = new FinalizationRegistry<readonly RunningWorker[]>((workers) => {
  for (const worker of workers) worker.terminate();
});

function lost(reason: string): GradloomError {
  // Why: A worker was ended from outside, ran out of memory, or met a fault of the backend, whose reason stands in brackets. Everything
  // that was under way is lost, and so are the variables that it was writing; all others are whole. Go on from what `snapshot(trainer)`
  // gave, or from a saved file. If it happens again, please report it; `wasm({ threads: 1 })` needs no workers.
  return new GradloomError(
    "wasm-worker",
    `wasm: a worker thread failed (${reason}), and what was being computed is lost; what is whole can be used, by one thread from here on; load the rest from a checkpoint`,
  );
}
