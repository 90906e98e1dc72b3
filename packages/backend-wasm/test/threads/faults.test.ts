import {
  add,
  broadcastTo,
  compile,
  cumsum,
  GradloomError,
  matmul,
  mul,
  reshape,
  sum,
  type Tensor,
  tensor,
  useBackend,
  type Variable,
  variable,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { afterEach, describe, expect, test, vi } from "vitest";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { setTimeout } from "node:timers/promises";
import { wasm } from "../../src/wasm.ts";
import { LinearMemory } from "../../src/memory/linear-memory.ts";
import { control, controlEnd } from "../../src/threads/control.ts";
import type { WasmRuntime } from "../../src/runtime/wasm-runtime.ts";
import { crewOf } from "./crew.ts";
import { collectGarbage } from "../collect-garbage.ts";

afterEach(() => vi.restoreAllMocks());

/** Makes workers of another class than Node's. */
function workersOf(Made: unknown): void {
  const real = process.getBuiltinModule.bind(process);
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:worker_threads" ? { Worker: Made } : real(name)) as typeof process.getBuiltinModule);
}

/** The workers that are started from now on. */
function watched(): readonly Worker[] {
  const started: Worker[] = [];
  workersOf(
    class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        started.push(this);
      }
    },
  );
  return started;
}

const square = (value: number): Tensor => tensor(new Float32Array(65_536).fill(value), { shape: [256, 256] });

function manyProducts(x: Tensor): Tensor {
  let y = x;
  for (let round = 0; round < 300; round++) y = matmul(y, x);
  return y;
}

/** A crew of two with a variable, and a step that adds 1 to it and gives twice its value. */
async function counting(): Promise<{
  readonly runtime: WasmRuntime;
  readonly backend: Backend;
  readonly cell: Variable;
  readonly step: () => Tensor;
}> {
  const { backend, runtime } = await crewOf(2);
  useBackend(backend);
  const cell = variable(square(1));
  const step = compile(
    () => {
      cell.assign(add(cell.value, 1));
      return mul(cell.value, 2);
    },
    { backend },
  );
  return { runtime, backend, cell, step };
}

/** Reads the words by which the threads of a runtime speak. */
function reader({ linear }: WasmRuntime): (word: number) => number {
  const words = new Int32Array(linear.memory.buffer, 0, controlEnd);
  return (word) => Atomics.load(words, word);
}

describe("a worker that dies", () => {
  const lost = "and what was being computed is lost; what is whole can be used, by one thread from here on";

  test("loses what is under way, with an error and never a hang; then one thread computes", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const started = watched();
    const { backend } = await crewOf(2);
    useBackend(backend);
    expect(backend.threads).toBe(2);
    const cell = variable(square(1));
    const untouched = variable(tensor([1, 2, 3]));
    await untouched.data();
    const step = compile(
      () => {
        const next = manyProducts(cell.value);
        cell.assign(next);
        return next;
      },
      { backend },
    );
    const result = step();
    const reading = [result.data(), cell.data()];
    void started[1]!.terminate();
    for (const outcome of await Promise.allSettled(reading)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "wasm-worker" } });
      expect(String((outcome as PromiseRejectedResult).reason)).toContain(lost);
    }
    expect(() => cell.value.dataSync()).toThrow(lost);
    expect(() => step()).toThrow(lost);
    expect(backend.threads).toBe(1);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toContain("wasm: the worker threads are gone");
    expect(Array.from(await untouched.data())).toEqual([1, 2, 3]);
    cell.assign(square(2));
    expect((await cell.data())[0]).toBe(2);
    expect(Array.from(await compile((x: Tensor) => add(x, 1), { backend })([1, 2]).data())).toEqual([2, 3]);
  });

  test("while the calling thread waits for it, does not block it for ever", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { backend, runtime } = await crewOf(2);
    useBackend(backend);
    const result = compile(manyProducts, { backend })(square(1));
    // A job that no worker can do.
    runtime.queue!.post("run", 2, [999, 0, 0]);
    const after = compile((x: Tensor) => add(x, 1), { backend })([1]);
    expect(() => after.dataSync()).toThrow("wasm: a worker thread failed");
    expect(result.dataSync()).toHaveLength(65_536);
  });
});

test.each([true, false])(
  "workers that are ended while the calling thread waits (asleep: %s) are given up",
  async (sleeps) => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const started = watched();
    const { backend } = await crewOf(2, { milliseconds: 300, factor: 0 });
    const result = compile(manyProducts, { backend })(square(1));
    for (const worker of started) void worker.terminate();
    if (!sleeps)
      vi.spyOn(Atomics, "wait").mockImplementation(() => {
        throw new TypeError("Atomics.wait cannot be called in this context");
      });
    expect(() => result.dataSync()).toThrow("wasm: a worker thread failed (they do not answer)");
  },
);

test("workers of a process that is stopped for longer than the timeout of the calling thread are not given up", async () => {
  const register = new URL("../../../../docs/examples/ts-register.mjs", import.meta.url).href;
  const program = fileURLToPath(new URL("stopped.ts", import.meta.url));
  const child = spawn(process.execPath, ["-C", "@gradloom/source", "--import", register, program]);
  let [told, errors] = ["", ""];
  child.stdout.on("data", (text) => (told += String(text)));
  child.stderr.on("data", (text) => (errors += String(text)));
  const closed = once(child, "close");
  await once(child.stdout, "data");
  child.kill("SIGSTOP");
  await setTimeout(3_000);
  child.kill("SIGCONT");
  await closed;
  expect({ told, errors }).toEqual({ told: "waiting\n1\n", errors: "" });
}, 60_000);

describe("a worker that computes on after it was ended", () => {
  const failure = new GradloomError("wasm-worker", "lost by the test");
  const born: Undying[] = [];
  class Undying extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      born.push(this);
    }
    override terminate(): Promise<number> {
      return Promise.resolve(0);
    }
  }
  afterEach(() => Promise.all(born.splice(0).map((worker) => Worker.prototype.terminate.call(worker))));

  /** Gives up workers in the middle of work; tells whether they are still at it. */
  async function abandoned(
    work: (backend: Backend) => Promise<void>,
  ): Promise<{ backend: Backend; isHaunted: () => boolean }> {
    workersOf(Undying);
    const { backend, runtime } = await crewOf(2);
    useBackend(backend);
    await work(backend);
    const load = reader(runtime);
    runtime.queue!.stop(failure);
    return { backend, isHaunted: () => load(control.done) !== load(control.posted) && load(control.failed) === 0 };
  }

  test("writes nothing where programs of the calling thread work", async () => {
    const { backend, isHaunted } = await abandoned(async (own) => {
      const products = compile(manyProducts, { backend: own });
      await products(square(1)).data();
      for (let run = 0; run < 3; run++) products(square(1));
    });
    const twice = compile((x: Tensor) => cumsum(cumsum(add(x, 1))), { backend });
    const last = (8_192 * 8_193) / 2;
    let rounds = 0;
    for (; isHaunted() || rounds === 0; rounds++) {
      const sums = twice(new Float64Array(8_192)).dataSync();
      expect(sums[8_191]).toBe(last);
    }
    expect(rounds).toBeGreaterThan(3);
  });

  test("writes nothing to a variable that got new numbers, nor to what has its old place", async () => {
    const cell = variable(square(1));
    const { backend, isHaunted } = await abandoned(async (own) => {
      const step = compile(() => cell.assign(manyProducts(cell.value)), { backend: own });
      step();
      await cell.data();
      for (let run = 0; run < 3; run++) step();
    });
    backend.write(cell.storage!.buffer, new Float32Array(65_536).fill(10));
    const others = Array.from({ length: 8 }, () => variable(square(3)));
    const step = compile(() => others.forEach((other) => other.assign(mul(other.value, cell.value))), { backend });
    let rounds = 0;
    for (; isHaunted() || rounds === 0; rounds++) {
      expect(cell.value.dataSync().every((value) => value === 10)).toBe(true);
      for (const other of others) other.assign(square(3));
      step();
      for (const other of others) expect(other.value.dataSync().every((value) => value === 30)).toBe(true);
    }
    expect(rounds).toBeGreaterThan(3);
  });
});

describe("a failure that the calling thread has not seen yet", () => {
  /** A variable whose new value is lost. */
  async function unseen(): ReturnType<typeof counting> {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const made = await counting();
    const { backend, runtime, step } = made;
    await step().data();
    compile(manyProducts, { backend })(square(1));
    runtime.queue!.post("run", 2, [999, 0, 0]);
    step();
    const load = reader(runtime);
    while (load(control.failed) === 0);
    return made;
  }
  const lost = "wasm: a worker thread failed";

  test("is found before a run that reads what is lost", async () => {
    const { cell, step } = await unseen();
    expect(() => step()).toThrow(lost);
    expect(() => cell.value.dataSync()).toThrow(lost);
  });

  test("does not make what is written then lost", async () => {
    const { cell, backend } = await unseen();
    backend.write(cell.storage!.buffer, new Float32Array(65_536).fill(10));
    expect(cell.value.dataSync()[0]).toBe(10);
  });

  test("is not forgotten when a program that was to write what is lost finds no room", async () => {
    const { cell, backend } = await unseen();
    const large = compile((x: Tensor) => cell.assign(add(square(1), sum(cumsum(broadcastTo(x, [900_000_000]))))), {
      backend,
    });
    expect(() => large(1)).toThrow("no room");
    expect(() => cell.value.dataSync()).toThrow(lost);
    cell.assign(square(4));
    expect(cell.value.dataSync()[0]).toBe(4);
  });

  test("is told by whoever reads a copy", async () => {
    const { cell, backend } = await unseen();
    const copy = backend.copy(cell.storage!.buffer);
    expect(() => backend.readSync!(copy)).toThrow(lost);
  });
});

test("what was done before a worker failed is not lost", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const started = watched();
  const { runtime, cell, step } = await counting();
  const load = reader(runtime);
  const result = step();
  while (load(control.done) !== load(control.posted));
  await started[1]!.terminate();
  await setTimeout(1);
  expect(runtime.queue).toBeUndefined();
  expect([result.dataSync()[0], cell.value.dataSync()[0]]).toEqual([4, 2]);
});

test("a failure while a run is posted gives nothing back that workers may still use", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { backend, runtime } = await crewOf(2);
  useBackend(backend);
  const many = compile(
    (x: Tensor) => {
      const y = add(x, 1);
      // Each is copied by a job of its own, and more than the ring holds cannot be under way.
      return Array.from({ length: 17 }, (_, at) => reshape(y, [2 ** at, -1]));
    },
    { backend },
  );
  compile(manyProducts, { backend })(square(1));
  runtime.queue!.post("run", 2, [999, 0, 0]);
  const taken = new Set<number>();
  const returned: number[] = [];
  const { linear } = runtime;
  vi.spyOn(linear, "allocate").mockImplementation((...given) => {
    const address = LinearMemory.prototype.allocate.apply(linear, given);
    taken.add(address);
    return address;
  });
  vi.spyOn(linear, "release").mockImplementation((address) => {
    if (taken.has(address)) returned.push(address);
    LinearMemory.prototype.release.call(linear, address);
  });
  expect(() => many(square(1))).toThrow("wasm: a worker thread failed");
  expect([taken.size > 10, returned]).toEqual([true, []]);
  expect(many(square(7))[0]!.dataSync()[0]).toBe(8);
});

test("workers that cannot start leave one thread, with a warning", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  workersOf(
    class {
      constructor() {
        throw new Error("no threads today");
      }
    },
  );
  const backend = wasm({ threads: 2 });
  const product = compile((x: Tensor) => matmul(x, x), { backend });
  for (let run = 0; run < 3; run++) expect((await product(square(1)).data())[0]).toBe(256);
  expect(warn.mock.calls).toEqual([
    ["wasm: the worker threads cannot start (Error: no threads today); one thread computes"],
  ]);
});

test("a worker that is alone as the second cannot start is ended", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const started: Worker[] = [];
  workersOf(
    class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        if (started.length > 0) throw new Error("one is enough");
        super(...given);
        started.push(this);
      }
    },
  );
  const product = compile((x: Tensor) => matmul(x, x), { backend: wasm({ threads: 2 }) });
  for (let run = 0; run < 3; run++) expect((await product(square(1)).data())[0]).toBe(256);
  await once(started[0]!, "exit");
});

test("workers that end as they start leave one thread, with a warning", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  workersOf(
    class extends Worker {
      constructor() {
        super("process.exit(3)", { eval: true });
      }
    },
  );
  const backend = wasm({ threads: 2 });
  const product = compile((x: Tensor) => matmul(x, x), { backend });
  for (let run = 0; run < 3; run++) expect((await product(square(1)).data())[0]).toBe(256);
  while (warn.mock.calls.length === 0) await setTimeout(1);
  expect((await product(square(1)).data())[0]).toBe(256);
  expect(warn.mock.calls).toEqual([
    ["wasm: the worker threads cannot start (it ended with code 3); one thread computes"],
  ]);
});

describe("a backend that is disposed of", () => {
  const disposed = { code: "backend-disposed" };

  test("loses what its workers compute, at once, and can do nothing more", async () => {
    const { backend } = await crewOf(2);
    useBackend(backend);
    const cell = variable(square(1));
    await cell.data();
    const result = compile(manyProducts, { backend })(square(1));
    const reading = result.data();
    const waiting = Promise.resolve(backend.drained!());
    void backend.dispose();
    await expect(reading).rejects.toMatchObject(disposed);
    await waiting.catch(() => undefined);
    expect(() => result.dataSync()).toThrow("wasm: the backend was disposed of");
    await expect(cell.data()).rejects.toMatchObject(disposed);
    expect(() => compile((x: Tensor) => add(x, 1), { backend })([1])).toThrow("wasm: the backend was disposed of");
  });

  test("is the same with one thread", async () => {
    const backend = wasm({ threads: 1 });
    useBackend(backend);
    const cell = variable(tensor([1, 2]));
    await cell.data();
    void backend.dispose();
    await expect(cell.data()).rejects.toMatchObject(disposed);
    expect(() => compile((x: Tensor) => add(x, 1), { backend })([1])).toThrow("wasm: the backend was disposed of");
  });
});

test("the workers of a backend that nobody refers to end", async () => {
  const started = watched();
  const use = async (): Promise<void> => {
    const { backend } = await crewOf(2);
    const result = compile((x: Tensor) => matmul(x, x), { backend })(square(1));
    expect((await result.data())[0]).toBe(256);
  };
  await use();
  const ends = started.map((worker) => once(worker, "exit"));
  for (let round = 0; round < 200 && started.some(({ threadId }) => threadId > 0); round++) {
    collectGarbage();
    await setTimeout(10);
  }
  expect(await Promise.all(ends)).toHaveLength(2);
});
describe("memory that runs out", () => {
  test("keeps nothing of the run that found no room", async () => {
    const { runtime, backend } = await crewOf(2);
    useBackend(backend);
    const large = compile((x: Tensor) => sum(cumsum(broadcastTo(x, [900_000_000]))), { backend });
    const release = vi.spyOn(runtime.linear, "release");
    const allocate = vi.spyOn(runtime.linear, "allocate");
    for (let run = 0; run < 3; run++) expect(() => large([run])).toThrow("no room");
    const blocks = allocate.mock.results.flatMap(({ value }, at) =>
      allocate.mock.calls[at]![1] === "the inputs of a program" ? [value as number] : [],
    );
    expect(blocks).toHaveLength(3);
    expect(release.mock.calls.flat()).toEqual(expect.arrayContaining(blocks));
  });

  test("for the code of a program does not change what later programs mean", async () => {
    const { runtime, backend } = await crewOf(2);
    useBackend(backend);
    const { linear } = runtime;
    const allocate = vi.spyOn(linear, "allocate");
    allocate.mockImplementation((bytes, purpose) => {
      if (purpose === "the code of a program") throw new Error("no room");
      return LinearMemory.prototype.allocate.call(linear, bytes, purpose);
    });
    expect(() => compile((x: Tensor) => add(x, 1), { backend })([1, 2])).toThrow("no room");
    allocate.mockRestore();
    expect(Array.from(await compile((x: Tensor) => mul(x, 3), { backend })([1, 2]).data())).toEqual([3, 6]);
  });
});
