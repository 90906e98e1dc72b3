import {
  add,
  compile,
  gradients,
  matmul,
  maximum,
  mul,
  reshape,
  scan,
  softmax,
  sort,
  sub,
  sum,
  tanh,
  type Tensor,
  tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { backendOf, wasm } from "../../src/wasm.ts";
import { openRuntime, type WasmRuntime } from "../../src/runtime/wasm-runtime.ts";
import { WorkQueue } from "../../src/threads/work-queue.ts";
import { crewOf } from "./crew.ts";
import { collectGarbage } from "../collect-garbage.ts";

function waves(shape: readonly number[], frequency: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, at) => Math.sin(frequency * at)),
    { shape },
  );
}

/** Five steps of descent for a network of two layers, and results of other kinds of kernels. */
async function numbersOf(backend: Backend): Promise<readonly (readonly number[])[]> {
  useBackend(backend);
  const [first, second] = [variable(waves([70, 130], 0.3)), variable(waves([130, 9], 0.7))];
  const step = compile(
    (x: Tensor, y: Tensor) => {
      const error = sub(matmul(maximum(matmul(x, first.value), 0), second.value), y);
      const loss = sum(mul(error, error));
      const found = gradients(loss, [first, second]);
      [first, second].forEach((weight, at) => weight.assign(sub(weight.value, mul(found[at]!, 1e-6))));
      return loss;
    },
    { backend },
  );
  const others = compile(
    (x: Tensor, long: Tensor) => [
      softmax(x),
      sort(x),
      sum(long),
      sum(x, { axis: 0 }),
      scan(([total], [row]) => ({ carry: [tanh(add(total!, row!))] }), {
        initial: [sum(x, { axis: 0 })],
        sequences: [x],
      }).carry[0]!,
    ],
    { backend },
  );
  const results: Tensor[] = [];
  for (let at = 0; at < 5; at++) results.push(step(waves([50, 70], 0.1), waves([50, 9], 0.2)));
  results.push(...others(waves([61, 67], 1.1), waves([100_003], 0.01)));
  const read = [...results, first, second].map(async (result) => Array.from(await result.data()));
  return Promise.all(read);
}

/** A function that keeps the workers busy, with sixty products for tens of milliseconds, for a matrix whose numbers stay as they are. */
function slowly(backend: Backend, rounds = 60): (x: Tensor) => Tensor {
  const size = 256;
  const same = tensor(
    Float32Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0)),
    { shape: [size, size] },
  );
  return compile(
    (x: Tensor) => {
      let y = x;
      for (let round = 0; round < rounds; round++) y = matmul(y, same);
      return y;
    },
    { backend },
  );
}

const square = (value: number): Tensor => tensor(new Float32Array(65_536).fill(value), { shape: [256, 256] });

test("the bits do not depend on how many threads there are", async () => {
  const alone = await numbersOf(backendOf(openRuntime({ threads: 1 })));
  for (const threads of [2, 3, 4]) {
    const { backend } = await crewOf(threads);
    expect(await numbersOf(backend)).toEqual(alone);
  }
});

describe("the code of programs", () => {
  /** The numbers by which the workers know the programs that were sent to them while something is done. */
  async function sentDuring({ queue }: WasmRuntime, work: () => Promise<unknown>): Promise<readonly number[]> {
    const sent: number[] = [];
    // Not a spy, which would refer to all that it saw.
    queue!.post = (kind, active, numbers, job) => {
      if (kind === "compile") sent.push(numbers[2]);
      WorkQueue.prototype.post.call(queue, kind, active, numbers, job);
    };
    await work();
    return sent;
  }

  const doubled = (length: number): Promise<ArrayLike<number>> =>
    mul(add(tensor(new Float32Array(length)), 1), 2).data();

  test("that nobody can run any more makes room for others in the workers", async () => {
    const { runtime, backend } = await crewOf(2);
    useBackend(backend);
    const numbers = await sentDuring(runtime, async () => {
      for (let length = 1; length <= 400; length++) {
        expect((await doubled(length))[length - 1]).toBe(2);
        if (length % 50 === 0) {
          collectGarbage();
          await setTimeout(1);
        }
      }
    });
    expect(numbers.length).toBeGreaterThanOrEqual(400);
    // Core remembers 256 programs.
    expect(Math.max(...numbers)).toBeLessThan(350);
  });

  test("goes to the workers only when they are to run it, or a kernel that came with it", async () => {
    const { runtime, backend } = await crewOf(2);
    const { queue } = runtime;
    useBackend(backendOf({ ...runtime, queue: undefined }));
    for (let length = 1; length <= 10; length++) await doubled(length);
    useBackend(backend);
    expect(await sentDuring({ ...runtime, queue }, () => doubled(3))).toHaveLength(2);
  });
});

test("before its workers are up, a backend computes all the same", async () => {
  expect(await numbersOf(wasm({ threads: 2 }))).toEqual(await numbersOf(wasm({ threads: 1 })));
});

test("a process waits for workers that compute, and ends while they sleep", () => {
  const register = new URL("../../../../docs/examples/ts-register.mjs", import.meta.url).href;
  const program = fileURLToPath(new URL("process.ts", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["-C", "@gradloom/source", "--import", register, program],
    { encoding: "utf8", timeout: 60_000 },
  );
  expect({ stdout, stderr, status }).toEqual({ stdout: "1\n", stderr: "", status: 0 });
});

test("the collector leaves a backend of which only a result is awaited", async () => {
  let result: number | undefined;
  const alone = async (): Promise<void> => {
    const { backend } = await crewOf(2);
    result = (await slowly(backend, 300)(square(3)).data())[0];
  };
  void alone();
  for (let round = 0; round < 300 && result === undefined; round++) {
    collectGarbage();
    await setTimeout(20);
  }
  expect(result).toBe(3);
});

describe("while workers compute", async () => {
  const { runtime, backend } = await crewOf(2);
  const queue = runtime.queue!;
  beforeEach(async () => {
    useBackend(backend);
    await queue.done();
  });
  const slow = slowly(backend);

  test("the calling thread is free", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const result = slow(square(3));
    expect(queue.isIdle).toBe(false);
    expect((await result.data())[0]).toBe(3);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  test("reads, copies and writes keep their order", async () => {
    const cell = variable(square(1));
    const step = compile(
      () => {
        cell.assign(add(cell.value, slow(cell.value)));
      },
      { backend },
    );
    step();
    const two = cell.data();
    step();
    const four = cell.data();
    backend.write(cell.storage!.buffer, new Float32Array(65_536).fill(10));
    const ten = cell.data();
    step();
    expect(queue.isIdle).toBe(false);
    const twenty = cell.value.dataSync();
    expect([(await two)[7], (await four)[7], (await ten)[7], twenty[7]]).toEqual([2, 4, 10, 20]);
  });

  test("results that are one value, or an input, are values of their own", async () => {
    const several = compile(
      (x: Tensor) => {
        const y = slow(x);
        return [y, reshape(y, [-1]), x, reshape(x, [-1]), sum(y)];
      },
      { backend },
    );
    for (const value of [2, 3]) {
      const results = several(square(value));
      const again = slow(results[0]!);
      const read = await Promise.all([...results, again].map(async (result) => (await result.data())[0]));
      expect(read).toEqual([value, value, value, value, 65_536 * value, value]);
    }
  });

  test("small programs take their turn", async () => {
    const small = compile((x: Tensor) => add(x, 1), { backend });
    const large = slow(square(5));
    expect(Array.from(await small(large).data()).slice(0, 2)).toEqual([6, 6]);
  });

  test("a loop that never waits is held back, and needs no more memory", async () => {
    const cell = variable(square(0));
    const some = slowly(backend, 6);
    const step = compile((x: Tensor) => cell.assign(add(cell.value, some(x))), { backend });
    for (let round = 0; round < 60; round++) step(square(1));
    const before = runtime.linear.memory.buffer.byteLength;
    for (let round = 0; round < 60; round++) step(square(1));
    expect(runtime.linear.memory.buffer.byteLength).toBe(before);
    expect((await cell.data())[0]).toBe(120);
  });

  test("runs under way need no memory for values that have a place", async () => {
    const [large, cell] = [variable(tensor(new Float32Array(2_000_000))), variable(square(1))];
    const step = compile(
      () => {
        large.assign(add(large.value, 1));
        cell.assign(slow(cell.value));
      },
      { backend },
    );
    step();
    await cell.data();
    const before = runtime.linear.memory.buffer.byteLength;
    for (let run = 0; run < 10; run++) step();
    await cell.data();
    expect(runtime.linear.memory.buffer.byteLength - before).toBeLessThan(8_000_000);
  });

  test("results that feed the next program do not gather", async () => {
    const next = compile((x: Tensor) => add(mul(x, 0.5), 1), { backend });
    const total = compile((x: Tensor) => sum(x), { backend });
    let y = tensor(new Float32Array(1_000_000));
    for (let round = 0; round < 60; round++) {
      const z = next(y);
      const read = total(z).item();
      y = z;
      await read;
    }
    expect(runtime.linear.memory.buffer.byteLength).toBeLessThan(120_000_000);
  });

  test("a trainer is asked to wait when two runs are under way", async () => {
    expect(backend.drained!()).toBeUndefined();
    const results = [1, 2, 3, 4].map((value) => slow(square(value)));
    await backend.drained!();
    expect(queue.isIdle).toBe(false);
    await Promise.all(results.map((result) => result.data()));
    expect(backend.drained!()).toBeUndefined();
  });

  test("memory may grow under them", async () => {
    const large = slow(square(2));
    const grown = compile((x: Tensor) => sum(mul(x, 2)), { backend })(new Float32Array(4_000_000).fill(1));
    expect([(await large.data())[9], await grown.item()]).toEqual([2, 8_000_000]);
  });

  test("results that nobody waits for come too", async () => {
    const result = slow(square(8));
    while (!queue.isIdle) await setTimeout(1);
    expect(result.dataSync()[0]).toBe(8);
  });
});
