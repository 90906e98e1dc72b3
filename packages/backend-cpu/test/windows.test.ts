import { sizeOf } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allDtypes, dot, exactNumber, indices, numberDtypes, place } from "./arbitraries.ts";
import { type Numbers, runKernel, stored } from "./run-kernel.ts";

/** Sizes of a sliding window that fits, with some positions left over. */
const slides = fc
  .record({
    outer: fc.nat(3),
    inner: fc.nat(3),
    size: fc.nat(4),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    count: fc.nat(4),
    rest: fc.nat(2),
  })
  .map((slide) => {
    const reach = (slide.count - 1) * slide.stride + (slide.size - 1) * slide.dilation + 1;
    const length = (slide.count === 0 || slide.size === 0 ? 0 : reach) + slide.rest;
    return { ...slide, length };
  });

describe("windows and overlapAdd", () => {
  for (const dtype of allDtypes) {
    it(`window c of ${dtype} holds positions c · stride + w · dilation`, () => {
      fc.assert(
        fc.property(slides, fc.infiniteStream(exactNumber[dtype]), ({ outer, length, inner, ...slide }, stream) => {
          const { size, stride, dilation, count } = slide;
          const shape = [outer, length, inner];
          const x: Numbers = { dtype, shape, values: [...stream.take(sizeOf(shape))] };
          const windows = [outer, count, size, inner];
          const expected = indices(windows).map(
            ([o, c, w, n]) => x.values[place(shape, [o!, c! * stride + w! * dilation, n!])]!,
          );
          const attributes = { size, stride, dilation, count };
          expect(runKernel("windows", [x], [{ dtype, shape: windows }], attributes)).toEqual([stored(dtype, expected)]);
        }),
      );
    });
  }

  for (const dtype of numberDtypes) {
    it(`overlapAdd of ${dtype} adds up where windows overlap`, () => {
      fc.assert(
        fc.property(slides, fc.infiniteStream(exactNumber[dtype]), ({ outer, length, inner, ...slide }, stream) => {
          const { size, stride, dilation, count } = slide;
          const windows = [outer, count, size, inner];
          const shape = [outer, length, inner];
          const x: Numbers = { dtype, shape: windows, values: [...stream.take(sizeOf(windows))] };
          const expected = new Array<number>(sizeOf(shape)).fill(0);
          indices(windows).forEach(([o, c, w, n], at) => {
            expected[place(shape, [o!, c! * stride + w! * dilation, n!])]! += x.values[at]!;
          });
          const attributes = { length, stride, dilation };
          expect(runKernel("overlapAdd", [x], [{ dtype, shape }], attributes)).toEqual([expected]);
        }),
      );
    });
  }

  it("are adjoint", () => {
    fc.assert(
      fc.property(slides, fc.infiniteStream(exactNumber.float64), ({ outer, length, inner, ...slide }, stream) => {
        const { size, stride, dilation, count } = slide;
        const windows = [outer, count, size, inner];
        const shape = [outer, length, inner];
        const x: Numbers = { dtype: "float64", shape, values: [...stream.take(sizeOf(shape))] };
        const y: Numbers = { dtype: "float64", shape: windows, values: [...stream.take(sizeOf(windows))] };
        const [there] = runKernel("windows", [x], [{ dtype: "float64", shape: windows }], {
          size,
          stride,
          dilation,
          count,
        });
        const [back] = runKernel("overlapAdd", [y], [{ dtype: "float64", shape }], { length, stride, dilation });
        expect(dot(there!, y.values)).toBe(dot(x.values, back!));
      }),
    );
  });
});
