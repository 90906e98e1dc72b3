import * as core from "@gradloom/core";
import type { Shape } from "@gradloom/core";
import { type Arbitrary, boolean, constantFrom, integer, nat, record } from "fast-check";
import { elementAt, fromFront, fromIndices, type HostArray, indicesOf, withinShape } from "../host-array.ts";
import { shapes, shapesWithAxis, sizes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asNumber, integers, numeric, storable } from "./primitive-case.ts";

const summable = [...numeric, "bool"] as const;

interface Indexing {
  readonly at: { readonly shape: Shape; readonly axis: number };
  readonly indices: Shape;
  /** Whether the program gets the indices as an input, or knows them. */
  readonly asInput: boolean;
  readonly seed: number;
}

function indexings(): Arbitrary<Indexing> {
  return record({
    at: shapesWithAxis({ maxRank: 3, empty: false }),
    indices: shapes({ maxRank: 2 }),
    asInput: boolean(),
    seed: nat(99),
  });
}

/** Indices that the host knows, some of them negative. */
function known({ at: { shape, axis }, indices, seed }: Indexing): readonly number[] {
  const length = shape.at(axis)!;
  return Array.from({ length: core.sizeOf(indices) }, (_, at) => ((seed + 3 * at) % (2 * length)) - length);
}

function indexInput({ at: { shape, axis }, indices }: Indexing): { shape: Shape; dtype: "int32"; domain: object } {
  return { shape: indices, dtype: "int32", domain: { from: 0, to: shape.at(axis)! - 1 } };
}

/** The indices of a call, each from 0. */
function placesOf(setting: Indexing, given: HostArray | undefined): HostArray {
  const length = setting.at.shape.at(setting.at.axis)!;
  const data = given === undefined ? known(setting).map((index) => (index < 0 ? index + length : index)) : given.data;
  return { shape: setting.indices, dtype: "int32", data };
}

function indexTensor(setting: Indexing, given: core.Tensor | undefined): core.Tensor {
  return given ?? core.tensor(new Int32Array(known(setting)), { shape: setting.indices });
}

interface Windows {
  readonly axis: number;
  readonly lead: Shape;
  readonly after: Shape;
  readonly count: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly rest: number;
}

function windowings(): Arbitrary<Windows> {
  return record({
    lead: shapes({ maxRank: 2 }),
    after: shapes({ maxRank: 1 }),
    count: integer({ min: 1, max: 4 }),
    size: integer({ min: 1, max: 3 }),
    stride: integer({ min: 1, max: 3 }),
    dilation: integer({ min: 1, max: 2 }),
    rest: nat(2),
  }).map((windows) => ({ ...windows, rest: windows.rest % windows.stride, axis: windows.lead.length }));
}

function reachOf({ count, size, stride, dilation }: Windows): number {
  return (count - 1) * stride + (size - 1) * dilation + 1;
}

/** The positions of the numbers of a line in the order of a stable sort. */
function order(line: readonly number[], descending: boolean): readonly number[] {
  return line.map((_, at) => at).toSorted((a, b) => (descending ? line[b]! - line[a]! : line[a]! - line[b]!));
}

function sorting(
  call: (x: core.Tensor, options: core.SortOptions) => core.Tensor,
  pick: (line: readonly number[], positions: readonly number[], rank: number) => number,
  positions: boolean,
): FunctionCase {
  return functionCase({
    settings: record({ at: shapesWithAxis(), descending: boolean() }),
    inputs: ({ at: { shape } }) => [{ shape, domain: { distinct: true } }],
    call: ([x], { at: { axis }, descending }) => call(x!, { axis, descending }),
    reference: ([x], { at: { shape, axis: given }, descending }) => {
      const axis = fromFront(given, shape.length);
      return fromIndices(shape, positions ? "int32" : x!.dtype, (index) => {
        const line = Array.from({ length: shape[axis]! }, (_, at) => elementAt(x!, index.with(axis, at)));
        return pick(line, order(line, descending), index[axis]!);
      });
    },
    differentiable: !positions,
    dtypes: summable,
  });
}

/** The rows of the functions that read or write where other numbers say, of sorting and of windows. */
export const indexingFunctions = {
  gather: (): FunctionCase =>
    functionCase({
      settings: indexings(),
      inputs: (setting) => [{ shape: setting.at.shape }, ...(setting.asInput ? [indexInput(setting)] : [])],
      call: ([x, indices], setting) => core.gather(x!, indexTensor(setting, indices), { axis: setting.at.axis }),
      reference: ([x, indices], setting) => {
        const { shape } = setting.at;
        const axis = fromFront(setting.at.axis, shape.length);
        const places = placesOf(setting, indices);
        const end = axis + places.shape.length;
        return fromIndices([...shape.slice(0, axis), ...places.shape, ...shape.slice(axis + 1)], x!.dtype, (index) =>
          elementAt(x!, [...index.slice(0, axis), elementAt(places, index.slice(axis, end)), ...index.slice(end)]),
        );
      },
      dtypes: storable,
    }),
  scatterAdd: (): FunctionCase =>
    functionCase({
      settings: indexings(),
      inputs: (setting) => {
        const { shape, axis } = setting.at;
        const at = fromFront(axis, shape.length);
        const updates = [...shape.slice(0, at), ...setting.indices, ...shape.slice(at + 1)];
        return [{ shape: updates }, ...(setting.asInput ? [indexInput(setting)] : [])];
      },
      call: ([x, indices], setting) =>
        core.scatterAdd(x!, indexTensor(setting, indices), {
          length: setting.at.shape.at(setting.at.axis)!,
          axis: setting.at.axis,
        }),
      reference: ([x, indices], setting) => {
        const { shape } = setting.at;
        const axis = fromFront(setting.at.axis, shape.length);
        const places = placesOf(setting, indices);
        return fromIndices(shape, asNumber(x!.dtype), (index) =>
          indicesOf(places.shape)
            .filter((place) => elementAt(places, place) === index[axis])
            .reduce(
              (total, place) => total + elementAt(x!, [...index.slice(0, axis), ...place, ...index.slice(axis + 1)]),
              0,
            ),
        );
      },
      dtypes: summable,
    }),
  takeAlongAxis: (): FunctionCase =>
    functionCase({
      settings: record({
        at: shapesWithAxis({ maxRank: 3, empty: false }),
        count: sizes(),
        narrow: constantFrom("x", "indices", "none"),
      }),
      inputs: ({ at: { shape, axis }, count, narrow }) => {
        const at = fromFront(axis, shape.length);
        const single = (kept: number): Shape => shape.map((_, other) => (other === at ? kept : 1));
        const length = shape[at]!;
        return [
          { shape: narrow === "x" ? single(length) : shape },
          {
            shape: narrow === "indices" ? single(count) : shape.with(at, count),
            dtype: "int32",
            domain: { from: 0, to: length - 1 },
          },
        ];
      },
      call: ([x, indices], { at: { axis } }) => core.takeAlongAxis(x!, indices!, { axis }),
      reference: ([x, indices], { at: { shape, axis }, count }) => {
        const at = fromFront(axis, shape.length);
        return fromIndices(shape.with(at, count), x!.dtype, (index) => {
          const place = elementAt(indices!, withinShape(index, indices!.shape));
          return elementAt(x!, withinShape(index.with(at, place), x!.shape));
        });
      },
      dtypes: storable,
    }),
  oneHot: (): FunctionCase =>
    functionCase({
      settings: record({ shape: shapes({ maxRank: 3 }), depth: sizes(), place: nat(3) }),
      inputs: ({ shape }) => [{ shape, domain: { from: 0, to: 5 } }],
      call: ([x], { depth, place, shape }) => core.oneHot(x!, depth, { axis: place % (shape.length + 1) }),
      reference: ([x], { shape, depth, place }) => {
        const axis = place % (shape.length + 1);
        return fromIndices(shape.toSpliced(axis, 0, depth), "float32", (index) =>
          Number(elementAt(x!, index.toSpliced(axis, 1)) === index[axis]),
        );
      },
      differentiable: false,
      dtypes: [...integers, "uint8"],
    }),
  sort: (): FunctionCase => sorting(core.sort, (line, positions, rank) => line[positions[rank]!]!, false),
  argSort: (): FunctionCase => sorting(core.argSort, (_, positions, rank) => positions[rank]!, true),
  slidingWindows: (): FunctionCase =>
    functionCase({
      settings: windowings(),
      inputs: (windows) => [{ shape: [...windows.lead, reachOf(windows) + windows.rest, ...windows.after] }],
      call: ([x], { axis, size, stride, dilation }) => core.slidingWindows(x!, { axis, size, stride, dilation }),
      reference: ([x], { axis, lead, after, count, size, stride, dilation }) =>
        fromIndices([...lead, count, size, ...after], x!.dtype, (index) =>
          elementAt(x!, index.toSpliced(axis, 2, index[axis]! * stride + index[axis + 1]! * dilation)),
        ),
      dtypes: storable,
    }),
  overlapAdd: (): FunctionCase =>
    functionCase({
      settings: windowings(),
      inputs: ({ lead, count, size, after }) => [{ shape: [...lead, count, size, ...after] }],
      call: ([x], windows) => {
        const { axis, stride, dilation, rest } = windows;
        const length = rest > 0 ? { length: reachOf(windows) + rest } : {};
        return core.overlapAdd(x!, { axis, stride, dilation, ...length });
      },
      reference: ([x], windows) => {
        const { axis, lead, after, count, size, stride, dilation, rest } = windows;
        const shape = [...lead, reachOf(windows) + rest, ...after];
        return fromIndices(shape, asNumber(x!.dtype), (index) =>
          indicesOf([count, size])
            .filter(([window, place]) => window! * stride + place! * dilation === index[axis])
            .reduce((total, place) => total + elementAt(x!, index.toSpliced(axis, 1, ...place)), 0),
        );
      },
      dtypes: summable,
    }),
};
