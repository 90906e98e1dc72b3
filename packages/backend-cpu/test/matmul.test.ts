import type { DType } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyNumber, exactNumber, floatDtypes, integerDtypes, modulo, numbers } from "./arbitraries.ts";
import { type Numbers, runKernel, stored } from "./run-kernel.ts";

interface Case {
  readonly a: Numbers;
  readonly b: Numbers;
  readonly shape: readonly [number, number, number];
  readonly inner: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The specification: every number of the product as the factors that are added up in it. */
function terms(
  { a, b, shape: [, rows, columns], inner, transposeA, transposeB }: Case,
  at: number,
): [number, number][] {
  const column = at % columns;
  const row = Math.floor(at / columns) % rows;
  const batch = Math.floor(at / columns / rows);
  const fromA = (a.shape[0] === 1 ? 0 : batch) * rows * inner;
  const fromB = (b.shape[0] === 1 ? 0 : batch) * inner * columns;
  return Array.from({ length: inner }, (_, step) => [
    a.values[fromA + (transposeA ? step * rows + row : row * inner + step)]!,
    b.values[fromB + (transposeB ? column * inner + step : step * columns + column)]!,
  ]);
}

function product({ a, b, shape, transposeA, transposeB }: Case): number[] {
  return runKernel("matmul", [a, b], [{ dtype: a.dtype, shape }], { transposeA, transposeB })[0]!;
}

function expected(matrices: Case, sum: (pairs: [number, number][]) => number): number[] {
  const [batch, rows, columns] = matrices.shape;
  return Array.from({ length: batch * rows * columns }, (_, at) => sum(terms(matrices, at)));
}

function sumOfProducts(pairs: [number, number][]): number {
  return pairs.reduce((total, [a, b]) => total + a * b, 0);
}

function cases(dtype: DType, element: fc.Arbitrary<number>): fc.Arbitrary<Case> {
  const sizes = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.integer({ min: 0, max: 3 }));
  return fc
    .record({ sizes, shared: fc.constantFrom("a", "b", "neither"), transposeA: fc.boolean(), transposeB: fc.boolean() })
    .chain(({ sizes: [rows, inner, columns, batch], shared, transposeA, transposeB }) => {
      const batchA = shared === "a" ? 1 : batch;
      const batchB = shared === "b" ? 1 : batch;
      const a = numbers(dtype, transposeA ? [batchA, inner, rows] : [batchA, rows, inner], element);
      const b = numbers(dtype, transposeB ? [batchB, columns, inner] : [batchB, inner, columns], element);
      return fc.record({
        a,
        b,
        shape: fc.constant<Case["shape"]>([batch, rows, columns]),
        inner: fc.constant(inner),
        transposeA: fc.constant(transposeA),
        transposeB: fc.constant(transposeB),
      });
    });
}

/** One case of given sizes, with exact numbers. */
function sized(
  dtype: DType,
  rows: number,
  inner: number,
  columns: number,
  transposeA: boolean,
  transposeB: boolean,
): Case {
  const fill = (size: number, step: number): number[] =>
    Array.from({ length: size }, (_, at) => (((at * step) % 31) - 15) / 8);
  return {
    a: { dtype, shape: transposeA ? [1, inner, rows] : [1, rows, inner], values: fill(rows * inner, 7) },
    b: { dtype, shape: transposeB ? [1, columns, inner] : [1, inner, columns], values: fill(inner * columns, 11) },
    shape: [1, rows, columns],
    inner,
    transposeA,
    transposeB,
  };
}

const flags = [false, true];

describe("matmul", () => {
  for (const dtype of floatDtypes) {
    it(`of ${dtype} is the sum of products, transposed or not, with shared batches and empty or single axes`, () => {
      fc.assert(
        fc.property(cases(dtype, exactNumber[dtype]), (matrices) => {
          expect(product(matrices)).toEqual(stored(dtype, expected(matrices, sumOfProducts)));
        }),
        { numRuns: 500 },
      );
    });
  }

  for (const dtype of integerDtypes) {
    it(`of ${dtype} is the sum of products modulo 2^32`, () => {
      const wrap = (pairs: [number, number][]): number =>
        modulo(
          dtype,
          pairs.reduce((sum, [a, b]) => sum + BigInt(a) * BigInt(b), 0n),
        );
      fc.assert(
        fc.property(cases(dtype, anyNumber[dtype]), (matrices) => {
          expect(product(matrices)).toEqual(expected(matrices, wrap));
        }),
      );
    });
  }

  for (const [rows, inner, columns] of [
    [257, 3, 261],
    [9, 515, 10],
    [2, 600, 300],
    [301, 259, 1],
    [259, 33, 260],
  ] as const) {
    for (const transposeA of flags) {
      for (const transposeB of flags) {
        const forms = `${transposeA ? "transposed " : ""}A and ${transposeB ? "transposed " : ""}B`;
        it(`crosses the edges of blocks: ${rows} x ${inner} times ${inner} x ${columns}, ${forms}`, () => {
          const matrices = sized("float32", rows, inner, columns, transposeA, transposeB);
          expect(product(matrices)).toEqual(stored("float32", expected(matrices, sumOfProducts)));
        });
      }
    }
  }

  for (const rows of [1, 9]) {
    it(`adds up float32 in doubles, with ${rows} rows`, () => {
      const row = [1e8, 1, -1e8];
      const a: Numbers = { dtype: "float32", shape: [1, rows, 3], values: new Array(rows).fill(row).flat() };
      const b: Numbers = { dtype: "float32", shape: [1, 3, 9], values: new Array<number>(27).fill(1) };
      const matrices: Case = { a, b, shape: [1, rows, 9], inner: 3, transposeA: false, transposeB: false };
      expect(product(matrices)).toEqual(new Array(rows * 9).fill(1));
    });

    it(`lets NaN and infinities reach their own row and column only, with ${rows} rows`, () => {
      const size = rows * 9;
      const a: Numbers = {
        dtype: "float32",
        shape: [1, rows, 9],
        values: new Array<number>(size).fill(1).with(4, NaN),
      };
      const b: Numbers = {
        dtype: "float32",
        shape: [1, 9, 9],
        values: new Array<number>(81).fill(1).with(80, Infinity),
      };
      const matrices: Case = { a, b, shape: [1, rows, 9], inner: 9, transposeA: false, transposeB: false };
      expect(product(matrices)).toEqual(expected(matrices, sumOfProducts));
    });
  }
});
