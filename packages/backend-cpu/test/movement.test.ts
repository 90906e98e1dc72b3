import { type DType, type Primitives, type Shape, sizeOf } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allDtypes, dot, exactNumber, indices, numbers, place, shapes } from "./arbitraries.ts";
import { type Numbers, runKernel, stored } from "./run-kernel.ts";

/** Runs a kernel of one input and one output. */
function moved<Name extends keyof Primitives>(
  name: Name,
  x: Numbers,
  shape: Shape,
  attributes: Primitives[Name],
): number[] {
  return runKernel(name, [x], [{ dtype: x.dtype, shape }], attributes)[0]!;
}

/** The output whose element at each index is the input's element at `from(index)`, or 0. */
function picked(x: Numbers, shape: Shape, from: (index: readonly number[]) => readonly number[] | undefined): number[] {
  return stored(
    x.dtype,
    indices(shape).map((index) => {
      const source = from(index);
      return source === undefined ? 0 : x.values[place(x.shape, source)]!;
    }),
  );
}

/** A rank-3 input and where a slice of it starts, how far apart its positions are, and how many there are. */
function slices(dtype: DType) {
  return fc
    .record({
      outer: fc.nat(3),
      inner: fc.nat(3),
      start: fc.nat(4),
      step: fc.integer({ min: 1, max: 3 }),
      count: fc.nat(4),
      rest: fc.nat(3),
    })
    .chain(({ outer, inner, start, step, count, rest }) => {
      const length = start + (count === 0 ? 0 : (count - 1) * step + 1) + rest;
      return fc.record({
        x: numbers(dtype, [outer, length, inner]),
        start: fc.constant(start),
        step: fc.constant(step),
        count: fc.constant(count),
      });
    });
}

for (const dtype of allDtypes) {
  describe(`movement of ${dtype}`, () => {
    it("broadcast repeats the axes of size 1", () => {
      const stretched = fc.array(fc.record({ size: fc.nat(4), repeat: fc.boolean() }), { maxLength: 5 });
      const inputs = stretched.chain((axes) =>
        fc.record({
          x: numbers(
            dtype,
            axes.map(({ size, repeat }) => (repeat ? 1 : size)),
          ),
          shape: fc.constant(axes.map(({ size }) => size)),
        }),
      );
      fc.assert(
        fc.property(inputs, ({ x, shape }) => {
          const expected = picked(x, shape, (index) => index.map((at, axis) => (x.shape[axis] === 1 ? 0 : at)));
          expect(moved("broadcast", x, shape, { shape })).toEqual(expected);
        }),
      );
    });

    it("permute moves each axis to its place, and the inverse moves it back", () => {
      const inputs = fc.nat(5).chain((rank) =>
        fc.record({
          x: shapes(rank, 4).chain((shape) => numbers(dtype, shape)),
          axes: fc.shuffledSubarray(
            Array.from({ length: rank }, (_, axis) => axis),
            { minLength: rank },
          ),
        }),
      );
      fc.assert(
        fc.property(inputs, ({ x, axes }) => {
          const shape = axes.map((axis) => x.shape[axis]!);
          const values = moved("permute", x, shape, { axes });
          expect(values).toEqual(picked(x, shape, (index) => axes.map((_, axis) => index[axes.indexOf(axis)]!)));
          const back = axes.map((_, axis) => axes.indexOf(axis));
          expect(moved("permute", { dtype, shape, values }, x.shape, { axes: back })).toEqual(stored(dtype, x.values));
        }),
      );
    });

    it("slice picks every step-th position, and pad puts them back among zeros", () => {
      fc.assert(
        fc.property(slices(dtype), ({ x, start, step, count }) => {
          const [outer, total, inner] = x.shape as [number, number, number];
          const shape = [outer, count, inner];
          const values = moved("slice", x, shape, { start, step, count });
          expect(values).toEqual(picked(x, shape, ([o, i, n]) => [o!, start + i! * step, n!]));
          const sliced: Numbers = { dtype, shape, values };
          const padded = picked(sliced, x.shape, ([o, position, n]) => {
            const i = (position! - start) / step;
            return Number.isInteger(i) && i >= 0 && i < count ? [o!, i, n!] : undefined;
          });
          expect(moved("pad", sliced, x.shape, { start, step, total })).toEqual(padded);
        }),
      );
    });

    it("split cuts the axis into pieces, and concat joins them again", () => {
      const inputs = fc
        .record({ outer: fc.nat(3), sizes: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }), inner: fc.nat(3) })
        .chain(({ outer, sizes, inner }) => {
          const length = sizes.reduce((total, size) => total + size, 0);
          return fc.record({ x: numbers(dtype, [outer, length, inner]), sizes: fc.constant(sizes) });
        });
      fc.assert(
        fc.property(inputs, ({ x, sizes }) => {
          const [outer, , inner] = x.shape as [number, number, number];
          const blanks = sizes.map((size) => ({ dtype, shape: [outer, size, inner] }));
          const pieces = runKernel("split", [x], blanks, { sizes });
          sizes.forEach((_, k) => {
            const start = sizes.slice(0, k).reduce((total, size) => total + size, 0);
            expect(pieces[k]).toEqual(picked(x, blanks[k]!.shape, ([o, i, n]) => [o!, start + i!, n!]));
          });
          const joined = pieces.map((values, k): Numbers => ({ ...blanks[k]!, values }));
          expect(runKernel("concat", joined, [{ dtype, shape: x.shape }], {})).toEqual([stored(dtype, x.values)]);
        }),
      );
    });

    it("flip reverses the axis, and copy keeps everything", () => {
      fc.assert(
        fc.property(
          shapes(3).chain((shape) => numbers(dtype, shape)),
          (x) => {
            const length = x.shape[1]!;
            const expected = picked(x, x.shape, ([o, i, n]) => [o!, length - 1 - i!, n!]);
            expect(moved("flip", x, x.shape, {})).toEqual(expected);
            expect(moved("copy", x, x.shape, {})).toEqual(stored(dtype, x.values));
          },
        ),
      );
    });

    it("moves long runs and large tiles as it moves short ones", () => {
      const shape = [3, 70, 100];
      const x: Numbers = {
        dtype,
        shape,
        values: Array.from({ length: sizeOf(shape) }, (_, at) => (dtype === "bool" ? at % 2 : at % 251)),
      };
      for (const axes of [
        [0, 2, 1],
        [2, 1, 0],
        [1, 0, 2],
      ]) {
        const to = axes.map((axis) => shape[axis]!);
        expect(moved("permute", x, to, { axes })).toEqual(
          picked(x, to, (index) => shape.map((_, axis) => index[axes.indexOf(axis)]!)),
        );
      }
      expect(moved("slice", x, [3, 20, 100], { start: 5, step: 3, count: 20 })).toEqual(
        picked(x, [3, 20, 100], ([o, i, n]) => [o!, 5 + i! * 3, n!]),
      );
      const column: Numbers = { dtype, shape: [70, 1], values: x.values.slice(0, 70) };
      expect(moved("broadcast", column, [70, 90], { shape: [70, 90] })).toEqual(
        picked(column, [70, 90], ([row]) => [row!, 0]),
      );
      const row: Numbers = { dtype, shape: [1, 70], values: x.values.slice(0, 70) };
      expect(moved("broadcast", row, [9, 70], { shape: [9, 70] })).toEqual(picked(row, [9, 70], ([, at]) => [0, at!]));
    });
  });
}

describe("movement", () => {
  it("slice and pad are adjoint", () => {
    fc.assert(
      fc.property(
        slices("float64"),
        fc.infiniteStream(exactNumber.float64),
        ({ x: { shape }, start, step, count }, stream) => {
          const [outer, total, inner] = shape as [number, number, number];
          const x: Numbers = { dtype: "float64", shape, values: [...stream.take(sizeOf(shape))] };
          const cut = [outer, count, inner];
          const y: Numbers = { dtype: "float64", shape: cut, values: [...stream.take(sizeOf(cut))] };
          expect(dot(moved("slice", x, cut, { start, step, count }), y.values)).toBe(
            dot(x.values, moved("pad", y, shape, { start, step, total })),
          );
        },
      ),
    );
  });

  it("iota counts from 0", () => {
    for (const count of [0, 1, 7]) {
      const counted = runKernel("iota", [], [{ dtype: "int32", shape: [count] }], { count });
      expect(counted).toEqual([Array.from({ length: count }, (_, at) => at)]);
    }
  });
});
