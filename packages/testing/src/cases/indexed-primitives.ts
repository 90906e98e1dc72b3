import type { None, Primitives } from "@gradloom/core/backend";
import { type Arbitrary, boolean, constantFrom, integer, nat, oneof, record, tuple } from "fast-check";
import { elementAt, fromIndices } from "../host-array.ts";
import type { Domain } from "../input-spec.ts";
import { sizes } from "../shapes.ts";
import { domains, floats, hardFactors, hardNumbers, numeric, type PrimitiveCase, storable } from "./primitive-case.ts";
import { totalOf } from "./reduction-primitives.ts";
import { threefry } from "./threefry.ts";

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function clamped(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}

interface Windows {
  readonly count: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly length: number;
}

/** Windows over an axis of a length that holds them all, with up to two places to spare. */
function windows(): Arbitrary<Windows> {
  const natural = { min: 1, max: 3 };
  return record({
    count: nat(4),
    size: integer({ min: 1, max: 4 }),
    stride: integer(natural),
    dilation: integer(natural),
    rest: nat(2),
  }).map(({ rest, ...window }) => ({
    ...window,
    length: Math.max(0, window.count - 1) * window.stride + (window.size - 1) * window.dilation + 1 + rest,
  }));
}

/** [batch of A, batch of B, rows, inner, columns]: small ones, and some beyond the tiles that backends work in. */
function products(): Arbitrary<readonly [readonly [number, number], number, number, number]> {
  const batches = constantFrom<readonly [number, number]>([1, 1], [3, 3], [1, 3], [3, 1], [0, 0]);
  const long = constantFrom<readonly [number, number, number]>([17, 33, 20], [1, 300, 1], [64, 1, 37], [5, 70, 130]);
  return tuple(batches, oneof({ arbitrary: tuple(sizes(), sizes(), sizes()), weight: 4 }, long)).map(
    ([batch, dimensions]) => [batch, ...dimensions],
  );
}

/** The rows of the primitives that read or write where other numbers say. */
export const indexedPrimitives = {
  matmul: (): PrimitiveCase<Primitives["matmul"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "summed",
    requests: (dtype) =>
      tuple(products(), boolean(), boolean(), constantFrom<Domain>({}, {}, hardFactors(dtype))).map(
        ([[[batchA, batchB], rows, inner, columns], transposeA, transposeB, domain]) => ({
          inputs: [
            { shape: transposeA ? [batchA, inner, rows] : [batchA, rows, inner], dtype, domain },
            { shape: transposeB ? [batchB, columns, inner] : [batchB, inner, columns], dtype, domain },
          ],
          attributes: { transposeA, transposeB },
        }),
      ),
    infer: ([a, b], { transposeA, transposeB }) => [
      {
        shape: [
          a!.shape[0] === 1 ? b!.shape[0]! : a!.shape[0]!,
          a!.shape[transposeA ? 2 : 1]!,
          b!.shape[transposeB ? 1 : 2]!,
        ],
        dtype: a!.dtype,
      },
    ],
    reference: ([a, b], { transposeA, transposeB }, [y]) => {
      const inner = range(a!.shape[transposeA ? 1 : 2]!);
      const multiply = floats.includes(y!.dtype) ? (one: number, other: number) => one * other : Math.imul;
      return [
        fromIndices(y!.shape, y!.dtype, ([batch, row, column]) => {
          const ofA = a!.shape[0] === 1 ? 0 : batch!;
          const ofB = b!.shape[0] === 1 ? 0 : batch!;
          const terms = inner.map((at) =>
            multiply(
              elementAt(a!, transposeA ? [ofA, at, row!] : [ofA, row!, at]),
              elementAt(b!, transposeB ? [ofB, column!, at] : [ofB, at, column!]),
            ),
          );
          return totalOf(terms, y!.dtype);
        }).data,
      ];
    },
  }),
  gather: (): PrimitiveCase<None> => ({
    elementwise: false,
    dtypes: storable,
    rounding: "exact",
    requests: (dtype) =>
      tuple(sizes(), sizes({ empty: false }), sizes(), nat(5)).map(([outer, length, inner, count]) => ({
        inputs: [
          { shape: [outer, length, inner], dtype, domain: hardNumbers(dtype) },
          { shape: [count], dtype: "int32", domain: { from: -2, to: length + 1 } },
        ],
        attributes: {},
      })),
    infer: ([x, indices]) => [{ shape: [x!.shape[0]!, indices!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
    reference: ([x, indices], _, [y]) => [
      fromIndices(y!.shape, y!.dtype, ([outer, at, inner]) =>
        elementAt(x!, [outer!, clamped(indices!.data[at!]!, x!.shape[1]!), inner!]),
      ).data,
    ],
  }),
  scatterAdd: (): PrimitiveCase<Primitives["scatterAdd"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "summed",
    requests: (dtype) =>
      tuple(sizes(), sizes({ empty: false }), sizes(), nat(5), domains(dtype)).map(
        ([outer, length, inner, count, domain]) => ({
          inputs: [
            { shape: [outer, count, inner], dtype, domain },
            { shape: [count], dtype: "int32", domain: { from: -2, to: length + 1 } },
          ],
          attributes: { length },
        }),
      ),
    infer: ([x], { length }) => [{ shape: [x!.shape[0]!, length, x!.shape[2]!], dtype: x!.dtype }],
    reference: ([x, indices], { length }, [y]) => [
      fromIndices(y!.shape, y!.dtype, ([outer, position, inner]) => {
        const sources = range(x!.shape[1]!).filter((at) => clamped(indices!.data[at]!, length) === position);
        return totalOf(
          sources.map((at) => elementAt(x!, [outer!, at, inner!])),
          y!.dtype,
        );
      }).data,
    ],
  }),
  windows: (): PrimitiveCase<Primitives["windows"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "exact",
    requests: (dtype) =>
      tuple(sizes(), sizes(), windows()).map(([outer, inner, { length, ...attributes }]) => ({
        inputs: [{ shape: [outer, length, inner], dtype, domain: hardNumbers(dtype) }],
        attributes,
      })),
    infer: ([x], { count, size }) => [{ shape: [x!.shape[0]!, count, size, x!.shape[2]!], dtype: x!.dtype }],
    reference: ([x], { stride, dilation }, [y]) => [
      fromIndices(y!.shape, y!.dtype, ([outer, window, place, inner]) =>
        elementAt(x!, [outer!, window! * stride + place! * dilation, inner!]),
      ).data,
    ],
  }),
  overlapAdd: (): PrimitiveCase<Primitives["overlapAdd"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "summed",
    requests: (dtype) =>
      tuple(sizes(), sizes(), windows(), domains(dtype)).map(
        ([outer, inner, { length, stride, dilation, count, size }, domain]) => ({
          inputs: [{ shape: [outer, count, size, inner], dtype, domain }],
          attributes: { length, stride, dilation },
        }),
      ),
    infer: ([x], { length }) => [{ shape: [x!.shape[0]!, length, x!.shape[3]!], dtype: x!.dtype }],
    reference: ([x], { stride, dilation }, [y]) => [
      fromIndices(y!.shape, y!.dtype, ([outer, position, inner]) => {
        const [, count, size] = x!.shape as readonly [number, number, number, number];
        const places = range(count * size).map((at) => [Math.floor(at / size), at % size] as const);
        const there = places.filter(([window, place]) => window * stride + place * dilation === position);
        return totalOf(
          there.map(([window, place]) => elementAt(x!, [outer!, window, place, inner!])),
          y!.dtype,
        );
      }).data,
    ],
  }),
  randomBits: (): PrimitiveCase<Primitives["randomBits"]> => ({
    elementwise: false,
    dtypes: ["uint32"],
    rounding: "exact",
    requests: () =>
      constantFrom(0, 1, 2, 5, 64, 1001).map((count) => ({
        inputs: [
          { shape: [2], dtype: "uint32", domain: hardNumbers("uint32") },
          { shape: [1], dtype: "uint32", domain: hardNumbers("uint32") },
        ],
        attributes: { count },
      })),
    infer: (_, { count }) => [{ shape: [count], dtype: "uint32" }],
    reference: ([key, step], { count }) => [
      range(count).map((at) => threefry([key!.data[0]!, key!.data[1]!], [Math.floor(at / 2), step!.data[0]!])[at % 2]!),
    ],
  }),
  iota: (): PrimitiveCase<Primitives["iota"]> => ({
    elementwise: false,
    dtypes: ["int32"],
    rounding: "exact",
    requests: () => constantFrom(0, 1, 5, 1030).map((count) => ({ inputs: [], attributes: { count } })),
    infer: (_, { count }) => [{ shape: [count], dtype: "int32" }],
    reference: (_, { count }) => [range(count)],
  }),
};
