import * as core from "@gradloom/core";
import type { Shape } from "@gradloom/core";
import { type Arbitrary, boolean, constantFrom, integer, nat, record, shuffledSubarray, tuple } from "fast-check";
import { elementAt, fromFront, fromIndices, type HostArray } from "../host-array.ts";
import { shapes, shapesWithAxis, sizes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { floats, numeric, storable } from "./primitive-case.ts";

const plain = [...numeric, "bool"] as const;

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}

/** The array whose element at each position is the element of x at another position. */
function moved(x: HostArray, shape: Shape, from: (index: readonly number[]) => readonly number[]): HostArray {
  return fromIndices(shape, x.dtype, (index) => elementAt(x, from(index)));
}

/** The same numbers in another shape. */
function seenAs(x: HostArray, shape: Shape): HostArray {
  return { ...x, shape };
}

interface Setting {
  readonly at: { readonly shape: Shape; readonly axis: number };
}

/** A row of a function of one tensor and one of its axes; the reference gets the axis counted from the front. */
function onAxis<Options extends object>(
  options: Arbitrary<Options>,
  call: (x: core.Tensor, axis: number, options: Options) => core.Tensor | readonly core.Tensor[],
  reference: (x: HostArray, axis: number, options: Options) => HostArray | readonly HostArray[],
): FunctionCase {
  return functionCase<Setting & { readonly options: Options }>({
    settings: record({ at: shapesWithAxis(), options }),
    inputs: ({ at: { shape } }) => [{ shape }],
    call: ([x], { at: { axis }, options: given }) => call(x!, axis, given),
    reference: ([x], { at: { axis }, options: given }) => reference(x!, fromFront(axis, x!.shape.length), given),
    dtypes: plain,
  });
}

/** Which place of an axis of 1 to 5 numbers a padded place shows, walked step by step. */
function shown(mode: string, place: number, length: number): number {
  let at = 0;
  let step = place < 0 ? -1 : 1;
  for (let left = Math.abs(place); left > 0; left--) {
    const next = at + step;
    if (next >= 0 && next < length) at = next;
    else if (mode === "wrap") at = modulo(next, length);
    else if (mode === "reflect" && length > 1) {
      step = -step;
      at += step;
    } else if (mode === "symmetric") step = -step;
  }
  return at;
}

/** The rows of the functions that move numbers and are made of others. */
export const movementCompositions = {
  squeeze: (): FunctionCase =>
    functionCase({
      settings: record({ shape: shapes(), all: boolean() }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { shape, all }) =>
        all || !shape.includes(1) ? core.squeeze(x!) : core.squeeze(x!, shape.lastIndexOf(1)),
      reference: ([x], { shape, all }) =>
        seenAs(x!, all ? shape.filter((size) => size !== 1) : shape.filter((_, axis) => axis !== shape.lastIndexOf(1))),
      dtypes: storable,
    }),
  expandDims: (): FunctionCase =>
    onAxis(
      constantFrom({}),
      (x, axis) => core.expandDims(x, axis < 0 ? axis - 1 : axis),
      (x, axis) => seenAs(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]),
    ),
  flatten: (): FunctionCase =>
    onAxis(
      record({ toEnd: boolean() }),
      (x, axis, { toEnd }) => core.flatten(x, toEnd ? { start: axis } : { end: axis }),
      (x, axis, { toEnd }) =>
        seenAs(
          x,
          toEnd
            ? [...x.shape.slice(0, axis), core.sizeOf(x.shape.slice(axis))]
            : [core.sizeOf(x.shape.slice(0, axis + 1)), ...x.shape.slice(axis + 1)],
        ),
    ),
  swapAxes: (): FunctionCase =>
    onAxis(
      record({ other: nat(3) }),
      (x, axis, { other }) => core.swapAxes(x, axis, other % x.rank),
      (x, axis, { other }) => {
        const swap = <Value>(list: readonly Value[]): readonly Value[] =>
          list.map((value, at) =>
            at === axis ? list[other % list.length]! : at === other % list.length ? list[axis]! : value,
          );
        return moved(x, swap(x.shape), swap);
      },
    ),
  moveAxis: (): FunctionCase =>
    functionCase({
      settings: shapes({ minRank: 1 }).chain((shape) => {
        const axes = shape.map((_, axis) => axis);
        return integer({ min: 1, max: shape.length }).chain((count) => {
          const list = shuffledSubarray(axes, { minLength: count, maxLength: count });
          return record({ shape: constantFrom(shape), from: list, to: list, back: boolean() });
        });
      }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { from, to, back }) =>
        core.moveAxis(x!, back ? from.map((axis) => axis - x!.rank) : from, to.length === 1 ? to[0]! : to),
      reference: ([x], { shape, from, to }) => {
        const order: (number | undefined)[] = shape.map(() => undefined);
        to.forEach((place, at) => (order[place] = from[at]!));
        const others = shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
        const axes = order.map((axis) => axis ?? others.shift()!);
        return moved(
          x!,
          axes.map((axis) => shape[axis]!),
          (index) => shape.map((_, axis) => index[axes.indexOf(axis)]!),
        );
      },
      dtypes: storable,
    }),
  stack: (): FunctionCase =>
    functionCase({
      settings: record({ shape: shapes({ maxRank: 3 }), count: integer({ min: 1, max: 3 }), place: nat(3) }),
      inputs: ({ shape, count }) => Array.from({ length: count }, () => ({ shape })),
      call: (inputs, { shape, place }) => core.stack(inputs, place % (shape.length + 1)),
      reference: (inputs, { shape, count, place }) => {
        const axis = place % (shape.length + 1);
        return fromIndices(shape.toSpliced(axis, 0, count), inputs[0]!.dtype, (index) =>
          elementAt(inputs[index[axis]!]!, index.toSpliced(axis, 1)),
        );
      },
      dtypes: storable,
    }),
  unstack: (): FunctionCase =>
    functionCase({
      settings: shapesWithAxis({ empty: false }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { axis }) => core.unstack(x!, axis),
      reference: ([x], { shape, axis }) => {
        const at = fromFront(axis, shape.length);
        return Array.from({ length: shape[at]! }, (_, slice) =>
          moved(x!, shape.toSpliced(at, 1), (index) => index.toSpliced(at, 0, slice)),
        );
      },
      dtypes: storable,
    }),
  tile: (): FunctionCase =>
    functionCase({
      settings: record({
        shape: shapes({ maxRank: 3 }),
        counts: tuple(sizes(), constantFrom(0, 1, 2), constantFrom(1, 2)),
        drop: nat(2),
      }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { counts, drop }) => core.tile(x!, drop === 2 ? counts[2] : counts.slice(drop)),
      reference: ([x], { shape, counts, drop }) => {
        const rank = Math.max(shape.length, 3 - drop);
        const own = [...new Array<number>(rank - shape.length).fill(1), ...shape];
        const times = [...new Array<number>(rank - 3 + drop).fill(1), ...counts.slice(drop)];
        return moved(
          x!,
          own.map((size, axis) => size * times[axis]!),
          (index) => index.map((at, axis) => at % own[axis]!).slice(rank - shape.length),
        );
      },
      dtypes: storable,
    }),
  repeat: (): FunctionCase =>
    onAxis(
      record({ flat: boolean(), list: boolean(), count: nat(3) }),
      (x, axis, { flat, list, count }) => {
        const length = flat ? x.size : x.shape.at(axis)!;
        const counts = list ? Array.from({ length }, (_, at) => (at + count) % 3) : count;
        return core.repeat(x, counts, flat ? {} : { axis });
      },
      (x, axis, { flat, list, count }) => {
        const source = flat ? seenAs(x, [x.data.length]) : x;
        const at = flat ? 0 : axis;
        const places = Array.from({ length: source.shape[at]! }, (_, slice) =>
          new Array<number>(list ? (slice + count) % 3 : count).fill(slice),
        ).flat();
        return moved(source, source.shape.with(at, places.length), (index) => index.with(at, places[index[at]!]!));
      },
    ),
  roll: (): FunctionCase =>
    onAxis(
      record({ shift: integer({ min: -7, max: 7 }), flat: boolean() }),
      (x, axis, { shift, flat }) => core.roll(x, shift, flat ? {} : { axis }),
      (x, axis, { shift, flat }) => {
        const source = flat ? seenAs(x, [x.data.length]) : x;
        const at = flat ? 0 : axis;
        const length = source.shape[at]!;
        return seenAs(
          moved(source, source.shape, (index) => index.with(at, modulo(index[at]! - shift, length))),
          x.shape,
        );
      },
    ),
  pad: (): FunctionCase =>
    functionCase({
      settings: shapes({ maxRank: 3, empty: false }).chain((shape) =>
        record({
          shape: constantFrom(shape),
          widths: tuple(...shape.map(() => tuple(nat(6), nat(6)))),
          all: boolean(),
          mode: constantFrom("constant", "edge", "reflect", "symmetric", "wrap" as const),
          value: constantFrom(undefined, 0, 3),
        }),
      ),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { widths, all, mode, value }) =>
        core.pad(x!, all ? 2 : widths, value === undefined ? { mode } : { mode, value }),
      reference: ([x], { shape, widths, all, mode, value = 0 }) => {
        const [before, after] = [0, 1].map((side) => shape.map((_, axis) => (all ? 2 : widths[axis]![side as 0 | 1])));
        const padded = shape.map((size, axis) => before![axis]! + size + after![axis]!);
        return fromIndices(padded, x!.dtype, (index) => {
          const places = index.map((at, axis) => at - before![axis]!);
          const inside = places.every((place, axis) => place >= 0 && place < shape[axis]!);
          if (mode === "constant")
            return inside ? elementAt(x!, places) : x!.dtype === "bool" ? Number(value !== 0) : value;
          return elementAt(
            x!,
            places.map((place, axis) => shown(mode, place, shape[axis]!)),
          );
        });
      },
      dtypes: storable,
    }),
  triu: (): FunctionCase => triangle(core.triu, (diagonal, offset) => diagonal >= offset),
  tril: (): FunctionCase => triangle(core.tril, (diagonal, offset) => diagonal <= offset),
  diagonal: (): FunctionCase =>
    functionCase({
      settings: record({ lead: shapes({ maxRank: 2 }), size: sizes(), first: nat(3), second: nat(3) }),
      inputs: ({ lead, size, ...axes }) => [{ shape: squared(lead, size, diagonalAxes(lead, axes)) }],
      call: ([x], { lead, ...axes }) => core.diagonal(x!, ...diagonalAxes(lead, axes)),
      reference: ([x], { lead, size, ...axes }) => {
        const [first, second] = diagonalAxes(lead, axes);
        return moved(x!, [...lead, size], (index) => {
          const rest = index.slice(0, -1);
          return x!.shape.map((_, axis) => (axis === first || axis === second ? index.at(-1)! : rest.shift()!));
        });
      },
      dtypes: floats,
    }),
  diag: (): FunctionCase =>
    functionCase({
      settings: shapes({ minRank: 1, maxRank: 3 }),
      inputs: (shape) => [{ shape }],
      call: ([x]) => core.diag(x!),
      reference: ([x], shape) =>
        fromIndices([...shape, shape.at(-1)!], x!.dtype, (index) =>
          index.at(-1) === index.at(-2) ? elementAt(x!, index.slice(0, -1)) : 0,
        ),
      dtypes: storable,
    }),
};

interface Axes {
  readonly first: number;
  readonly second: number;
}

/** Two different axes of a tensor with two axes more than `lead`. */
function diagonalAxes(lead: Shape, { first, second }: Axes): readonly [number, number] {
  const rank = lead.length + 2;
  const one = first % rank;
  return [one, (one + 1 + (second % (rank - 1))) % rank];
}

/** `lead` with two axes of the size put in at the given places. */
function squared(lead: Shape, size: number, axes: readonly number[]): Shape {
  const rest = [...lead];
  return Array.from({ length: lead.length + 2 }, (_, axis) => (axes.includes(axis) ? size : rest.shift()!));
}

function triangle(
  call: (x: core.Tensor, offset?: number) => core.Tensor,
  keeps: (diagonal: number, offset: number) => boolean,
): FunctionCase {
  return functionCase({
    settings: record({ shape: shapes({ minRank: 2 }), offset: constantFrom(undefined, 0, 1, -1, 2, -3) }),
    inputs: ({ shape }) => [{ shape }],
    call: ([x], { offset }) => (offset === undefined ? call(x!) : call(x!, offset)),
    reference: ([x], { shape, offset = 0 }) =>
      fromIndices(shape, x!.dtype, (index) =>
        keeps(index.at(-1)! - index.at(-2)!, offset) ? elementAt(x!, index) : 0,
      ),
    dtypes: plain,
  });
}
