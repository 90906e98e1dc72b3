import type { DType } from "@gradloom/core";
import type { None, Primitives } from "@gradloom/core/backend";
import { boolean, constantFrom, tuple } from "fast-check";
import { elementAt, fromIndices, type HostArray } from "../host-array.ts";
import { type Domain, ties } from "../input-spec.ts";
import { blocks, domains, floats, hardNumbers, numeric, type PrimitiveCase } from "./primitive-case.ts";

/** The sum of the numbers; integers wrap modulo 2^32. */
export function totalOf(values: readonly number[], dtype: DType): number {
  return values.reduce((total, value) => (floats.includes(dtype) ? total + value : (total + value) | 0), 0);
}

/** The sums of the first number, of the first two, and so on. */
function totalsOf(values: readonly number[], dtype: DType): readonly number[] {
  let total = 0;
  return values.map((value) => (total = totalOf([total, value], dtype)));
}

/** The numbers along the middle axis of [outer, length, inner]. */
function lane(x: HostArray, outer: number, inner: number): readonly number[] {
  return Array.from({ length: x.shape[1]! }, (_, position) => elementAt(x, [outer, position, inner]));
}

/** NaN above all others. */
function larger(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}

function firstLargest(values: readonly number[]): number {
  return values.reduce((best, value, at) => (larger(value, values[best]!) ? at : best), 0);
}

/** Reductions of the middle axis, by `reduce` of its numbers. */
function reduction(
  dtypes: readonly DType[],
  reduce: (values: readonly number[], dtype: DType) => number,
  { output, compares }: { readonly output?: DType; readonly compares: boolean },
): PrimitiveCase<None> {
  return {
    elementwise: false,
    dtypes,
    rounding: compares ? "exact" : "summed",
    requests: (dtype) =>
      tuple(
        blocks({ empty: !compares }),
        compares ? constantFrom<Domain>({}, ties, hardNumbers(dtype)) : domains(dtype),
      ).map(([shape, domain]) => ({ inputs: [{ shape, dtype, domain: unsigned(domain, dtype) }], attributes: {} })),
    infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: output ?? x!.dtype }],
    reference: ([x], _, [y]) => [
      fromIndices(y!.shape, y!.dtype, ([outer, inner]) => reduce(lane(x!, outer!, inner!), x!.dtype)).data,
    ],
  };
}

function unsigned(domain: Domain, dtype: DType): Domain {
  return dtype === "uint32" && domain === ties ? { among: [0, 1] } : domain;
}

/** The rows of the primitives that work along the middle axis of [outer, length, inner]. */
export const reductionPrimitives = {
  sum: (): PrimitiveCase<None> => reduction(numeric, totalOf, { compares: false }),
  max: (): PrimitiveCase<None> =>
    reduction([...numeric, "bool"], (values) => values[firstLargest(values)]!, { compares: true }),
  argMax: (): PrimitiveCase<None> => reduction([...numeric, "bool"], firstLargest, { compares: true, output: "int32" }),
  cumsum: (): PrimitiveCase<Primitives["cumsum"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "summed",
    requests: (dtype) =>
      tuple(blocks(), domains(dtype), boolean()).map(([shape, domain, reverse]) => ({
        inputs: [{ shape, dtype, domain }],
        attributes: { reverse },
      })),
    infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
    reference: ([x], { reverse }) => [
      lanesOf(x!, x!.dtype, (outer, inner) => {
        const values = lane(x!, outer, inner);
        return reverse ? totalsOf(values.toReversed(), x!.dtype).toReversed() : totalsOf(values, x!.dtype);
      }).data,
    ],
  }),
  sort: (): PrimitiveCase<Primitives["sort"]> => ({
    elementwise: false,
    dtypes: numeric,
    rounding: "exact",
    requests: (dtype) =>
      tuple(blocks(), constantFrom<Domain>({}, ties, hardNumbers(dtype)), boolean()).map(
        ([shape, domain, descending]) => ({
          inputs: [{ shape, dtype, domain: unsigned(domain, dtype) }],
          attributes: { descending },
        }),
      ),
    infer: ([x]) => [x!, { shape: x!.shape, dtype: "int32" }],
    reference: ([x], { descending }) => {
      const order = (outer: number, inner: number): readonly number[] => {
        const values = lane(x!, outer, inner);
        const before = (a: number, b: number): number =>
          Number(larger(values[a]!, values[b]!)) - Number(larger(values[b]!, values[a]!));
        return values.map((_, at) => at).sort((a, b) => (descending ? before(b, a) : before(a, b)));
      };
      const positions = lanesOf(x!, "int32", order);
      const values = fromIndices(x!.shape, x!.dtype, ([outer, rank, inner]) =>
        elementAt(x!, [outer!, elementAt(positions, [outer!, rank!, inner!]), inner!]),
      );
      return [values.data, positions.data];
    },
  }),
};

/** An array of x's shape whose numbers along the middle axis are `laneAt(outer, inner)`, each computed once. */
function lanesOf(x: HostArray, dtype: DType, laneAt: (outer: number, inner: number) => readonly number[]): HostArray {
  const [outers, , inners] = x.shape as readonly [number, number, number];
  const lanes = Array.from({ length: outers * inners }, (_, at) => laneAt(Math.floor(at / inners), at % inners));
  return fromIndices(x.shape, dtype, ([outer, position, inner]) => lanes[outer! * inners + inner!]![position!]!);
}
