import type { DType, Primitives } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyNumber, exactNumber, floatDtypes, integerDtypes, modulo, numberDtypes, numbers } from "./arbitraries.ts";
import { type Numbers, runKernel, stored } from "./run-kernel.ts";

/** The numbers along the axis of [outer, length, inner], for each outer and inner. */
function lanes({ shape, values }: Numbers): number[][] {
  const [outer, length, inner] = shape as [number, number, number];
  return Array.from({ length: outer * inner }, (_, lane) => {
    const start = Math.floor(lane / inner) * length * inner + (lane % inner);
    return Array.from({ length }, (__, position) => values[start + position * inner]!);
  });
}

/** The inverse of `lanes`. */
function woven(shape: readonly number[], all: readonly number[][]): number[] {
  const [outer, length, inner] = shape as [number, number, number];
  const values = new Array<number>(outer * length * inner);
  all.forEach((lane, at) =>
    lane.forEach((value, position) => {
      values[(Math.floor(at / inner) * length + position) * inner + (at % inner)] = value;
    }),
  );
  return values;
}

function reduced(name: keyof Primitives, x: Numbers, dtype: DType): number[] {
  const [outer, , inner] = x.shape as [number, number, number];
  return runKernel(name, [x], [{ dtype, shape: [outer, inner] }], {} as never)[0]!;
}

function inputs(dtype: DType, element: fc.Arbitrary<number>, least = 0): fc.Arbitrary<Numbers> {
  const sizes = fc.tuple(fc.nat(4), fc.integer({ min: least, max: 6 }), fc.nat(4));
  return sizes.chain((shape) => numbers(dtype, shape, element));
}

function wrapped(dtype: DType, values: readonly number[]): number {
  return modulo(
    dtype,
    values.reduce((sum, value) => sum + BigInt(value), 0n),
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

describe("sum", () => {
  for (const dtype of floatDtypes) {
    it(`of ${dtype} adds up along the axis, and an empty sum is 0`, () => {
      fc.assert(
        fc.property(inputs(dtype, exactNumber[dtype]), (x) => {
          expect(reduced("sum", x, dtype)).toEqual(stored(dtype, lanes(x).map(total)));
        }),
      );
    });

    it(`of a million ${dtype} numbers keeps an error below 1e-6, along rows and along columns`, () => {
      const values = stored(dtype, new Array<number>(1_000_000).fill(0.1));
      for (const shape of [
        [1, 1_000_000, 1],
        [1, 500_000, 2],
      ]) {
        for (const sum of reduced("sum", { dtype, shape, values }, dtype)) {
          const exact = values[0]! * shape[1]!;
          expect(Math.abs(sum - exact) / exact).toBeLessThan(1e-7);
        }
      }
    });
  }

  for (const dtype of integerDtypes) {
    it(`of ${dtype} wraps modulo 2^32`, () => {
      fc.assert(
        fc.property(inputs(dtype, anyNumber[dtype]), (x) => {
          expect(reduced("sum", x, dtype)).toEqual(lanes(x).map((lane) => wrapped(dtype, lane)));
        }),
      );
    });
  }

  it("of bool counts as int32", () => {
    fc.assert(
      fc.property(inputs("bool", anyNumber.bool), (x) => {
        expect(reduced("sum", x, "int32")).toEqual(lanes(x).map(total));
      }),
    );
  });

  it("takes more columns than are summed side by side", () => {
    const shape = [2, 3, 2050];
    const values = Array.from({ length: 2 * 3 * 2050 }, (_, at) => at % 1009);
    for (const dtype of ["float32", "int32"] as const) {
      const x: Numbers = { dtype, shape, values };
      expect(reduced("sum", x, dtype)).toEqual(lanes(x).map(total));
    }
  });

  it("keeps NaN, and adds opposite infinities to NaN", () => {
    const x: Numbers = { dtype: "float32", shape: [3, 2, 1], values: [1, NaN, Infinity, -Infinity, Infinity, 1] };
    expect(reduced("sum", x, "float32")).toEqual([NaN, NaN, Infinity]);
  });
});

describe("sum and cumsum of integers", () => {
  it("stay exact where the sum is beyond the whole numbers of a double", () => {
    const many = 2 ** 22 + 8;
    const values = [...new Array<number>(many).fill(0x7fffffff), ...new Array<number>(999).fill(1)];
    const x: Numbers = { dtype: "uint32", shape: [1, values.length, 1], values };
    expect(reduced("sum", x, "uint32")).toEqual([2 ** 32 - many + 999]);
    const [running] = runKernel("cumsum", [x], [{ dtype: "uint32", shape: x.shape }], { reverse: false });
    expect(running!.at(-1)).toBe(2 ** 32 - many + 999);
  });
});

describe("max and argMax", () => {
  /** The first position that no other beats, where NaN beats every number. */
  function best(lane: readonly number[]): number {
    const firstNaN = lane.findIndex(Number.isNaN);
    return firstNaN >= 0 ? firstNaN : lane.findIndex((value) => lane.every((other) => value >= other));
  }

  for (const dtype of [...numberDtypes, "bool"] as const) {
    it(`of ${dtype} take the first of equal maxima, and NaN if there is one`, () => {
      const element = fc.oneof(anyNumber[dtype], exactNumber[dtype]);
      fc.assert(
        fc.property(inputs(dtype, element, 1), (x) => {
          expect(reduced("argMax", x, "int32")).toEqual(lanes(x).map(best));
          expect(reduced("max", x, dtype)).toEqual(lanes(x).map((lane) => stored(dtype, lane)[best(lane)]!));
        }),
      );
    });
  }

  it("see no difference between -0 and 0, and take -Infinity for a number", () => {
    const values = [-0, 0, 0, -0, -Infinity, -Infinity];
    const x: Numbers = { dtype: "float64", shape: [3, 2, 1], values };
    expect(reduced("max", x, "float64")).toEqual([-0, 0, -Infinity]);
    expect(reduced("argMax", x, "int32")).toEqual([0, 0, 0]);
  });
});

describe("cumsum", () => {
  function running(lane: readonly number[], reverse: boolean): number[][] {
    return lane.map((_, at) => (reverse ? lane.slice(at) : lane.slice(0, at + 1)));
  }

  for (const dtype of numberDtypes) {
    it(`of ${dtype} gives the sum up to each position, or from it on if reversed`, () => {
      const element = dtype.startsWith("float") ? exactNumber[dtype] : anyNumber[dtype];
      const sum = dtype.startsWith("float") ? total : (values: readonly number[]) => wrapped(dtype, values);
      fc.assert(
        fc.property(inputs(dtype, element), fc.boolean(), (x, reverse) => {
          const expected = lanes(x).map((lane) => running(lane, reverse).map(sum));
          const actual = runKernel("cumsum", [x], [{ dtype, shape: x.shape }], { reverse });
          expect(actual).toEqual([woven(x.shape, expected)]);
        }),
      );
    });
  }
});

describe("sort", () => {
  /** Negative if a comes before b in ascending order: NaN last, both zeros equal. */
  function order(a: number, b: number): number {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a === b ? 0 : a < b ? -1 : 1;
  }

  for (const dtype of [...numberDtypes, "bool"] as const) {
    it(`of ${dtype} is stable in both directions and says where each value came from`, () => {
      const element = fc.oneof(anyNumber[dtype], exactNumber[dtype]);
      fc.assert(
        fc.property(inputs(dtype, element), fc.boolean(), (x, descending) => {
          const blanks = [
            { dtype, shape: x.shape },
            { dtype: "int32", shape: x.shape },
          ] as const;
          const [values, positions] = runKernel("sort", [x], blanks, { descending }) as [number[], number[]];
          const sorted = lanes({ dtype, shape: x.shape, values });
          const origins = lanes({ dtype, shape: x.shape, values: positions });
          lanes({ ...x, values: stored(dtype, x.values) }).forEach((lane, at) => {
            expect(origins[at]!.toSorted((p, q) => p - q)).toEqual(lane.map((_, position) => position));
            expect(sorted[at]).toEqual(origins[at]!.map((origin) => lane[origin]!));
            for (let rank = 1; rank < lane.length; rank++) {
              const step = order(sorted[at]![rank - 1]!, sorted[at]![rank]!) * (descending ? -1 : 1);
              expect(step).toBeLessThanOrEqual(0);
              if (step === 0) expect(origins[at]![rank - 1]!).toBeLessThan(origins[at]![rank]!);
            }
          });
        }),
      );
    });
  }

  it("keeps each zero and each NaN in its place among equals", () => {
    const x: Numbers = { dtype: "float64", shape: [1, 6, 1], values: [NaN, 0, -0, -Infinity, NaN, Infinity] };
    const blanks = [
      { dtype: "float64", shape: x.shape },
      { dtype: "int32", shape: x.shape },
    ] as const;
    expect(runKernel("sort", [x], blanks, { descending: false })).toEqual([
      [-Infinity, 0, -0, Infinity, NaN, NaN],
      [3, 1, 2, 5, 0, 4],
    ]);
    expect(runKernel("sort", [x], blanks, { descending: true })).toEqual([
      [NaN, NaN, Infinity, 0, -0, -Infinity],
      [0, 4, 5, 1, 2, 3],
    ]);
  });
});
