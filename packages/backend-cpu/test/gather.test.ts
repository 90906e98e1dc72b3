import { sizeOf } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allDtypes, dot, exactNumber, indices, numberDtypes, place } from "./arbitraries.ts";
import { type Numbers, runKernel, stored } from "./run-kernel.ts";

const cases = fc.record({
  outer: fc.nat(3),
  length: fc.integer({ min: 1, max: 5 }),
  inner: fc.nat(3),
  chosen: fc.array(fc.integer({ min: -3, max: 8 }), { maxLength: 7 }),
});

function clamped(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}

function indexNumbers(chosen: readonly number[]): Numbers {
  return { dtype: "int32", shape: [chosen.length], values: chosen };
}

describe("gather and scatterAdd", () => {
  for (const dtype of allDtypes) {
    it(`gather of ${dtype} takes the position each index names, clamped into the axis`, () => {
      fc.assert(
        fc.property(cases, fc.infiniteStream(exactNumber[dtype]), ({ outer, length, inner, chosen }, stream) => {
          const shape = [outer, length, inner];
          const x: Numbers = { dtype, shape, values: [...stream.take(sizeOf(shape))] };
          const taken = [outer, chosen.length, inner];
          const expected = indices(taken).map(
            ([o, k, n]) => x.values[place(shape, [o!, clamped(chosen[k!]!, length), n!])]!,
          );
          const actual = runKernel("gather", [x, indexNumbers(chosen)], [{ dtype, shape: taken }], {});
          expect(actual).toEqual([stored(dtype, expected)]);
        }),
      );
    });
  }

  for (const dtype of numberDtypes) {
    it(`scatterAdd of ${dtype} adds up where indices are equal`, () => {
      fc.assert(
        fc.property(cases, fc.infiniteStream(exactNumber[dtype]), ({ outer, length, inner, chosen }, stream) => {
          const taken = [outer, chosen.length, inner];
          const shape = [outer, length, inner];
          const x: Numbers = { dtype, shape: taken, values: [...stream.take(sizeOf(taken))] };
          const expected = new Array<number>(sizeOf(shape)).fill(0);
          indices(taken).forEach(([o, k, n], at) => {
            expected[place(shape, [o!, clamped(chosen[k!]!, length), n!])]! += x.values[at]!;
          });
          const actual = runKernel("scatterAdd", [x, indexNumbers(chosen)], [{ dtype, shape }], { length });
          expect(actual).toEqual([expected]);
        }),
      );
    });
  }

  it("are adjoint", () => {
    fc.assert(
      fc.property(cases, fc.infiniteStream(exactNumber.float64), ({ outer, length, inner, chosen }, stream) => {
        const shape = [outer, length, inner];
        const taken = [outer, chosen.length, inner];
        const x: Numbers = { dtype: "float64", shape, values: [...stream.take(sizeOf(shape))] };
        const y: Numbers = { dtype: "float64", shape: taken, values: [...stream.take(sizeOf(taken))] };
        const [there] = runKernel("gather", [x, indexNumbers(chosen)], [{ dtype: "float64", shape: taken }], {});
        const [back] = runKernel("scatterAdd", [y, indexNumbers(chosen)], [{ dtype: "float64", shape }], { length });
        expect(dot(there!, y.values)).toBe(dot(x.values, back!));
      }),
    );
  });

  it("clamp the largest and the smallest int32", () => {
    const x: Numbers = { dtype: "float32", shape: [1, 3, 1], values: [1, 2, 3] };
    const ends = indexNumbers([-0x80000000, 0x7fffffff]);
    expect(runKernel("gather", [x, ends], [{ dtype: "float32", shape: [1, 2, 1] }], {})).toEqual([[1, 3]]);
  });

  it("give zeros from an empty axis and add nothing to one", () => {
    const empty: Numbers = { dtype: "float32", shape: [2, 0, 2], values: [] };
    const taken: Numbers = { dtype: "float32", shape: [2, 1, 2], values: [1, 2, 3, 4] };
    const index = indexNumbers([0]);
    expect(runKernel("gather", [empty, index], [{ dtype: "float32", shape: taken.shape }], {})).toEqual([[0, 0, 0, 0]]);
    expect(runKernel("scatterAdd", [taken, index], [{ dtype: "float32", shape: empty.shape }], { length: 0 })).toEqual([
      [],
    ]);
  });
});
