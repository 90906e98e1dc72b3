import { wasm } from "@gradloom/backend-wasm";
import { add, compile, mul, type Tensor, tensor, useBackend, variable } from "@gradloom/core";
import { describe, expect, test } from "vitest";
import { LinearMemory } from "../../src/memory/linear-memory.ts";
import { openRuntime } from "../../src/runtime/wasm-runtime.ts";
import { backendOf } from "../../src/wasm.ts";
import { type Residence, WasmBuffer } from "../../src/memory/wasm-buffer.ts";
import { Reclaimer } from "../../src/memory/reclaimer.ts";
import { collectGarbage } from "../collect-garbage.ts";

function residence(): Residence {
  const linear = new LinearMemory();
  return { linear, reclaimer: new Reclaimer(linear), queue: undefined };
}

describe("WasmBuffer", () => {
  const spec = { shape: [3], dtype: "float32" } as const;

  test("keeps what it is given, not the array", () => {
    const memory = residence();
    const buffer = new WasmBuffer(spec);
    const data = Float32Array.of(1, 2, 3);
    buffer.write(data, memory);
    data[0] = 9;
    const read = buffer.readSync(memory);
    read[1] = 9;
    expect(Array.from(buffer.readSync(memory))).toEqual([1, 2, 3]);
  });

  test("gets a place when it is written again, or read by many runs", () => {
    const memory = residence();
    const written = new WasmBuffer(spec);
    for (const value of [1, 2]) written.write(Float32Array.of(value, value, value), memory);
    expect(written.address).toBeGreaterThan(0);
    expect(Array.from(written.readSync(memory))).toEqual([2, 2, 2]);
    const read = new WasmBuffer(spec, Float32Array.of(4, 5, 6));
    expect(Array.from({ length: 9 }, () => read.valuesToStage())).toContain(undefined);
    read.settle(memory);
    expect(Array.from(read.readSync(memory))).toEqual([4, 5, 6]);
  });

  test("copies do not follow the original", () => {
    const memory = residence();
    const buffer = new WasmBuffer(spec, Float32Array.of(1, 2, 3));
    buffer.settle(memory);
    const copy = buffer.copy(memory);
    buffer.write(Float32Array.of(7, 8, 9), memory);
    expect(Array.from(copy.readSync(memory))).toEqual([1, 2, 3]);
  });
});

describe("memory", () => {
  test("grows as needed, and values stay", async () => {
    const backend = wasm();
    const step = compile((x: Tensor) => add(mul(x, 2), 1), { backend });
    const kept: Tensor[] = [];
    for (let size = 1000; size <= 1_024_000; size *= 4) kept.push(step(new Float32Array(size).fill(size)));
    for (const result of kept) {
      const data = await result.data();
      expect([data[0], data.at(-1)]).toEqual([2 * data.length + 1, 2 * data.length + 1]);
    }
  });

  test("a synchronous loop over new data needs no more of it", async () => {
    const runtime = openRuntime();
    const { memory } = runtime.linear;
    useBackend(backendOf(runtime));
    const weight = variable(tensor(new Float32Array(10_000).fill(1)));
    const step = compile((x: Tensor) => weight.assign(add(weight.value, x)));
    const batch = (): Tensor => tensor(new Float32Array(10_000).fill(1));
    for (let run = 0; run < 20; run++) step(batch());
    const before = memory.buffer.byteLength;
    for (let run = 0; run < 500; run++) step(batch());
    expect(memory.buffer.byteLength).toBe(before);
    expect((await weight.data())[0]).toBe(521);
  });

  test("of values and programs that nobody refers to comes back", async () => {
    const runtime = openRuntime();
    const backend = backendOf(runtime);
    useBackend(backend);
    const train = async (round: number): Promise<void> => {
      const weight = variable(tensor(new Float32Array(250_000)));
      const step = compile((x: Tensor) => weight.assign(add(weight.value, mul(x, round))), { backend });
      for (let run = 0; run < 10; run++) step(new Float32Array(250_000));
      await weight.data();
    };
    for (let round = 0; round < 40; round++) {
      await train(round);
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // Forty rounds of a variable and a batch of 1 MB each would be 80 MB.
    expect(runtime.linear.memory.buffer.byteLength).toBeLessThan(20_000_000);
  });

  test("running out names the largest tensors", () => {
    const linear = new LinearMemory();
    linear.allocate(2 ** 20, { shape: [512, 512], dtype: "float32" });
    expect(() => linear.allocate(5 * 2 ** 30, { shape: [40_000, 33_554], dtype: "float32" })).toThrow(
      "wasm: no room for 5 GiB for float32 [40000, 33554]; WebAssembly memory ends at 4 GiB. The largest parts are " +
        "1.0 MiB for float32 [512, 512]. Use smaller batches or variables, or checkpoint(...) to keep less for the gradients; in a loop, await data(): what nobody refers to is given back then",
    );
    expect(linear.allocate(100, "something small")).toBeGreaterThan(0);
  });

  test("running out names variables", async () => {
    const runtime = openRuntime({ threads: 1 });
    const backend = backendOf(runtime);
    useBackend(backend);
    const weight = variable(tensor(new Float32Array(2 ** 18)), { name: "0-dense/kernel" });
    compile((x: Tensor) => weight.assign(add(weight.value, x)), { backend })(1);
    expect(() => runtime.linear.allocate(5 * 2 ** 30, "a test")).toThrow(
      "The largest parts are 1.0 MiB for float32 [262144] of 0-dense/kernel, ",
    );
  });
});
