import { nodeModule } from "../node-module.ts";
import { type Start, workerSource } from "./worker-source.ts";

/** A running worker. */
export interface RunningWorker {
  /** Lets the process end, or keeps it alive, while the worker sleeps. */
  keepAlive(alive: boolean): void;
  terminate(): void;
}

/** Receives the messages of a worker: "" when a job is done, else why it failed. */
export type WorkerListener = (message: string) => void;

interface NodeWorker {
  on(event: string, listener: (detail: unknown) => void): void;
  postMessage(message: unknown): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: { readonly eval: true; readonly execArgv: readonly string[] },
  ) => NodeWorker;
}

interface NodeSystem {
  availableParallelism(): number;
}

/** Starts a worker; throws, or sends a message, if it cannot start. */
export function startWorker(start: Start, listener: WorkerListener): RunningWorker {
  const threads = nodeModule("node:worker_threads") as NodeThreads | undefined;
  return threads === undefined ? startInBrowser(start, listener) : startInNode(threads, start, listener);
}

function startInNode({ Worker }: NodeThreads, start: Start, listener: WorkerListener): RunningWorker {
  const worker = new Worker(workerSource, { eval: true, execArgv: [] });
  worker.on("message", (message) => listener(message as string));
  worker.on("error", (error) => listener(String(error)));
  worker.on("exit", (code) => listener(`it ended with code ${String(code)}`));
  worker.postMessage(start);
  worker.unref();
  return {
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function startInBrowser(start: Start, listener: WorkerListener): RunningWorker {
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.addEventListener("message", ({ data }) => listener(data as string));
  worker.addEventListener("error", ({ message }) => {
    listener(message || "the page's content security policy may forbid it: allow worker-src blob:");
  });
  worker.postMessage(start);
  return {
    keepAlive: () => undefined,
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** Processors that this process may use. */
export function processors(): number {
  const system = nodeModule("node:os") as NodeSystem | undefined;
  return system?.availableParallelism() ?? (globalThis.navigator?.hardwareConcurrency || 1);
}
