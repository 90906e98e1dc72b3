import { add, cast, ones, sum, tensor, useBackend, zeros } from "@gradloom/core";
import { describe, expect, test, vi } from "vitest";
import { openRuntime } from "../../src/runtime/wasm-runtime.ts";
import { backendOf } from "../../src/wasm.ts";

describe("more elements than kernels can count are told before anything runs:", () => {
  const many = 2 ** 31;

  test.each([
    ["broadcast meets bool [2147483648]", () => zeros([many], "bool")],
    ["sum goes through 2147483648 elements", () => sum(cast(ones([many], "bool"), "float32"))],
    ["sum goes through 2147483648 elements", () => sum(cast(ones([2, many / 2], "bool"), "float32"), { axis: 1 })],
  ])("%s", async (meeting, work) => {
    useBackend(backendOf(openRuntime({ threads: 1 })));
    await expect(work().data()).rejects.toMatchObject({
      code: "wasm-size",
      message: `wasm: ${meeting}; kernels count to 2147483647; compute in parts, or use the cpu backend`,
    });
    expect(Array.from(await add(tensor([1]), 2).data())).toEqual([3]);
  });
});

describe("write", () => {
  const spec = { shape: [3], dtype: "float32" } as const;
  const detached = new Float32Array(3);
  structuredClone(detached, { transfer: [detached.buffer] });

  test.each([
    ["Float32Array of length 2", new Float32Array(2)],
    ["Float32Array of length 4", new Float32Array(4)],
    ["Float64Array of length 3", new Float64Array(3)],
    ["Float32Array of length 0", detached],
  ])("takes no %s, and nothing is lost, wherever the value lives", async (shown, data) => {
    const backend = backendOf(openRuntime({ threads: 1 }));
    const buffer = backend.allocate(spec);
    for (let writes = 0; writes < 3; writes++) {
      expect(() => backend.write(buffer, data)).toThrow(
        `write: a ${shown} meets memory for float32 [3]; give a Float32Array of length 3`,
      );
      expect(Array.from(await backend.read(buffer))).toEqual(Array.from({ length: 3 }, (_, at) => writes * at));
      backend.write(buffer, Float32Array.of(0, writes + 1, 2 * (writes + 1)));
    }
  });
});

test("numbers for which JavaScript has no room stay where they are", async () => {
  const runtime = openRuntime({ threads: 1 });
  const backend = backendOf(runtime);
  const buffer = backend.allocate({ shape: [3], dtype: "float32" });
  for (const scale of [1, 2]) backend.write(buffer, Float32Array.of(scale, 2 * scale, 3 * scale));
  const read = vi.spyOn(runtime.linear, "read").mockImplementation(() => {
    throw new RangeError("Array buffer allocation failed");
  });
  await expect(backend.read(buffer)).rejects.toMatchObject({
    code: "memory",
    message:
      "wasm: the engine has no room for 0.0 MiB for float32 [3]; use smaller batches or variables, or compute in parts with map",
  });
  read.mockRestore();
  expect(Array.from(await backend.read(buffer))).toEqual([2, 4, 6]);
});
