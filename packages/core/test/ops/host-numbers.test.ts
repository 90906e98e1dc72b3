import { runInNewContext } from "node:vm";
import { cpu } from "@gradloom/backend-cpu";
import { add, compile, constant, full, GradloomError, type Tensor, tensor, useBackend, variable } from "@gradloom/core";
import { property } from "@gradloom/testing";
import { array, boolean, constantFrom, double, integer, nat, oneof, tuple } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

/** Every way in that takes numbers of the user. */
const ways: Readonly<Record<string, (values: never) => Tensor>> = {
  tensor,
  constant,
  variable: (values) => variable(values).value,
  compile: (values) => compile((x: Tensor) => x.add(0))(values),
};

type Nested = unknown[];

/** Nested arrays of a shape, numbered from 1. */
function nested(shape: readonly number[]): Nested {
  let next = 1;
  const make = (axis: number): unknown =>
    axis === shape.length ? next++ : Array.from({ length: shape[axis]! }, () => make(axis + 1));
  return make(0) as Nested;
}

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(GradloomError);
    return (error as GradloomError).message;
  }
  throw new Error("nothing was thrown");
}

/** Memory of so many bytes that may change its size, which the types of ES2023 do not know. */
function resizable(bytes: number): ArrayBuffer & { resize(bytes: number): void } {
  return Reflect.construct(ArrayBuffer, [bytes, { maxByteLength: 64 }]) as ReturnType<typeof resizable>;
}

const shapes = array(integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

describe.each(Object.entries(ways))("%s", (name, make) => {
  test(
    "takes nested arrays of any shape",
    property([shapes], async (shape) => {
      const made = make(nested(shape) as never);
      expect(made.shape).toEqual(shape);
      expect([...(await made.data())]).toEqual(nested(shape).flat(Infinity));
    }),
  );

  test("takes the pixels of an ImageData as uint8", () => {
    for (const realm of [Uint8ClampedArray, runInNewContext("Uint8ClampedArray") as Uint8ClampedArrayConstructor]) {
      if (name === "compile") continue; // which adds 0, and uint8 is for storage
      const { shape, dtype } = make(realm.of(0, 7, 300) as never);
      expect([shape, dtype]).toEqual([[3], "uint8"]);
    }
  });

  test("rounds what a float does not reach to infinity, as NumPy does", async () => {
    for (const values of [[1e39, -1e39, 3e38], Float64Array.of(1e39, -1e39, 3e38)]) {
      const { dtype } = make(values as never);
      const numbers = [...(await make(values as never).data())];
      if (dtype === "float64") expect(numbers).toEqual([...values]);
      else expect(numbers).toEqual([Infinity, -Infinity, Math.fround(3e38)]);
    }
  });

  test(
    "refuses nested arrays in which one thing is not as it must be",
    property([shapes, nat(), constantFrom(...damages)], (shape, seed, damage) => {
      const values = nested(shape);
      let row = values;
      let axis = 0;
      // The last axis, or one before it, of which another row tells the lengths.
      for (; axis < shape.length - 1 && (seed >> axis) % 3 > 0; axis++) row = row[seed % row.length] as Nested;
      damage(row, seed % row.length);
      if (axis === 0 && shape.length === 1 && row.length > 0 && row.every((entry) => typeof entry === "number")) return;
      if (shape.slice(0, axis).every((size) => size === 1) && row.every((entry) => typeof entry === "number")) return;
      expect(messageOf(() => make(values as never))).toMatch(new RegExp(`^${name}: `));
    }),
  );

  test("refuses what has no end, is too deep, or has lost its memory", () => {
    const cyclic: Nested = [];
    cyclic.push(cyclic, cyclic);
    let deep: Nested = [];
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    const nesting = `${name}: the array is nested more than 64 deep, or is part of itself; give flat numbers with a shape`;
    expect(messageOf(() => make(cyclic as never))).toBe(nesting);
    expect(messageOf(() => make([[1], cyclic] as never))).toMatch(/ragged/);
    expect(messageOf(() => make(deep as never))).toBe(nesting);
    const detached = new Float32Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const memory = resizable(16);
    const shrunk = new Float32Array(memory, 8);
    memory.resize(4);
    for (const array of [detached, shrunk])
      expect(messageOf(() => make(array as never))).toBe(
        `${name}: the Float32Array has lost its memory, which was handed to another thread or has shrunk; copy the numbers before that`,
      );
    expect(make(new Float32Array(0) as never).shape).toEqual([0]);
  });

  test.each([
    ["undefined", undefined],
    ["null", null],
    ['"12"', "12"],
    ["a bigint", 1n],
    ["Symbol(x)", Symbol("x")],
    ["a function", () => 1],
    ["a Promise", Promise.resolve([1])],
    ["an object", { 0: 1, length: 1 }],
    ["an Array Iterator", [1][Symbol.iterator]()],
  ])("refuses %s", (shown, value) => {
    expect(messageOf(() => make(value as never))).toBe(
      `${name}: what is given is ${shown}; give numbers or booleans in arrays, or a typed array`,
    );
    expect(messageOf(() => make([[1], [value]] as never))).toBe(
      `${name}: [1, 0] is ${shown}; entries must be numbers or booleans`,
    );
  });

  test("takes typed arrays of another realm, of shared memory, and those that grow", async () => {
    const foreign = runInNewContext("new Float32Array([1, 2, 3])") as Float32Array;
    expect(foreign).not.toBeInstanceOf(Float32Array);
    const shared = new Float32Array(new SharedArrayBuffer(12));
    const memory = resizable(12);
    const growing = new Float32Array(memory);
    shared.set([1, 2, 3]);
    growing.set([1, 2, 3]);
    for (const values of [growing, foreign, shared]) {
      const made = make(values as never);
      memory.resize(64);
      expect([made.dtype, made.shape]).toEqual(["float32", [3]]);
      expect(await made.data()).toEqual(Float32Array.of(1, 2, 3));
    }
    expect(make(runInNewContext("[[1, 2], [3, 4]]") as never).shape).toEqual([2, 2]);
  });
});

/** Each changes one entry of a row. */
const damages: readonly ((row: Nested, at: number) => void)[] = [
  (row, at) => void Reflect.deleteProperty(row, at),
  (row) => void row.pop(),
  (row) => void row.push(7),
  (row, at) => void (row[at] = undefined),
  (row, at) => void (row[at] = "7"),
  (row, at) => void (row[at] = [[7]]),
  (row) => void (row.length += 1),
];

test(
  "numbers come out as they went in, whatever array holds them",
  property(
    [array(oneof(integer({ min: -4, max: 4 }), double(), boolean()), { minLength: 1, maxLength: 6 }), tuple(boolean())],
    async (values, [asArray]) => {
      const mixed = new Set(values.map((value) => typeof value)).size > 1;
      if (mixed) expect(messageOf(() => tensor(values))).toMatch(/and they do not mix$/);
      else {
        const made = tensor(asArray ? Float64Array.from(values, Number) : values, { dtype: "float64" });
        expect([...(await made.data())]).toEqual(values.map(Number));
      }
    },
  ),
);

test("pixels keep their numbers, and numbers that are made float32 overflow", async () => {
  expect([...(await tensor(Uint8ClampedArray.of(0, 7, 300)).data())]).toEqual([0, 7, 255]);
  const numbers = [
    tensor(Float64Array.of(1e39), { dtype: "float32" }),
    full([1], 1e39),
    add(tensor([0]), 1e39),
    constant([1e39]),
  ];
  for (const one of numbers) expect([...(await one.data())]).toEqual([Infinity]);
});
