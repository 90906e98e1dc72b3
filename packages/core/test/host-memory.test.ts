import { cpu } from "@gradloom/backend-cpu";
import { add, cast, full, ones, sum, tensor, useBackend, variable, zeros } from "@gradloom/core";
import { dtypes, type TypedArray } from "@gradloom/core/backend";
import { describe, expect, test } from "vitest";

/** More elements than any engine's arrays have. */
const beyond = 2 ** 53 - 2 ** 10;

describe("what the engine has no room for is told, and later work goes on:", () => {
  test.each([
    [
      "the working memory of a program",
      () => sum(cast(full([2 ** 20, 2 ** 33 - 1], 1, "uint8"), "float32"), { axis: 0 }).dataSync(),
      /^cpu: the engine has no room for \d+(\.\d)? [MG]iB for the working memory of a program whose largest tensors are .*; use smaller batches or variables, or compute in parts with map$/,
    ],
    [
      "a variable",
      () => variable(zeros([beyond], "uint8"), { name: "table" }).data(),
      /^cpu: the engine has no room for 8589934592\.0 MiB for uint8 \[9007199254739968\] of table; use smaller batches or variables, or compute in parts with map$/,
    ],
  ])("%s", async (_, work, message) => {
    useBackend(cpu());
    await expect((async () => work())()).rejects.toMatchObject({
      code: "memory",
      message: expect.stringMatching(message),
    });
    expect(Array.from(await add(tensor([1]), 2).data())).toEqual([3]);
  });

  test("arrays of a dtype that end before the arena of other programs", () => {
    useBackend(cpu());
    class Short extends Uint8Array {
      constructor(buffer: ArrayBuffer, offset: number, length: number) {
        super(buffer, offset, length);
        if (this.length > 1_000) throw new RangeError("too long");
      }
    }
    const { array } = dtypes.uint8;
    Object.assign(dtypes.uint8, { array: Short });
    try {
      const numbers = (count: number): number => zeros([count], "uint8").dataSync().length;
      expect(() => numbers(2_000)).toThrow(
        /^cpu: the engine has no room for 0\.0 MiB for the working memory of a program/,
      );
      expect(sum(ones([2_000])).dataSync()[0]).toBe(2_000);
      expect(numbers(10)).toBe(10);
    } finally {
      Object.assign(dtypes.uint8, { array });
    }
  });
});

describe("write", () => {
  const spec = { shape: [3], dtype: "float32" } as const;
  const detached = new Float32Array(3);
  structuredClone(detached, { transfer: [detached.buffer] });

  test.each<readonly [string, TypedArray]>([
    ["Float32Array of length 2", new Float32Array(2)],
    ["Float32Array of length 4", new Float32Array(4)],
    ["Float64Array of length 3", new Float64Array(3)],
    ["Float32Array of length 0", detached],
  ])("takes no %s, and nothing is lost", async (shown, data) => {
    const backend = cpu();
    const buffer = backend.allocate(spec);
    backend.write(buffer, Float32Array.of(1, 2, 3));
    expect(() => backend.write(buffer, data)).toThrow(
      `write: a ${shown} meets memory for float32 [3]; give a Float32Array of length 3`,
    );
    expect(Array.from(await backend.read(buffer))).toEqual([1, 2, 3]);
  });
});
