import * as core from "@gradloom/core";
import type { Shape } from "@gradloom/core";
import {
  type Arbitrary,
  array,
  boolean,
  constantFrom,
  integer,
  oneof,
  record,
  shuffledSubarray,
  subarray,
  tuple,
} from "fast-check";
import { elementAt, fromFront, fromIndices, withinShape } from "../host-array.ts";
import { shapes, shapesWithAxis, sizes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { storable } from "./primitive-case.ts";

/** A list of one value per axis. */
function perAxis<Value>(
  shape: Shape,
  value: (size: number, axis: number) => Arbitrary<Value>,
): Arbitrary<readonly Value[]> {
  return tuple(...shape.map(value));
}

/** The positions that Python's x[start:end:step] takes of an axis. */
function pythonSlice(
  length: number,
  start: number | undefined,
  end: number | undefined,
  step: number,
): readonly number[] {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (position: number): number =>
    Math.min(Math.max(position < 0 ? position + length : position, least), most);
  const first = start === undefined ? (step > 0 ? 0 : length - 1) : bound(start);
  const last = end === undefined ? (step > 0 ? length : -1) : bound(end);
  const positions: number[] = [];
  for (let at = first; step > 0 ? at < last : at > last; at += step) positions.push(at);
  return positions;
}

/** A shape, cut into parts along one of its axes. */
function partedShapes(): Arbitrary<{
  readonly shape: Shape;
  readonly axis: number;
  readonly parts: readonly number[];
}> {
  return tuple(shapesWithAxis({ maxRank: 3 }), array(sizes(), { minLength: 1, maxLength: 4 })).map(
    ([{ shape, axis }, parts]) => ({
      shape: shape.map((size, at) =>
        at === fromFront(axis, shape.length) ? parts.reduce((total, part) => total + part, 0) : size,
      ),
      axis,
      parts,
    }),
  );
}

function resized(shape: Shape, axis: number, size: number): Shape {
  return shape.map((other, at) => (at === fromFront(axis, shape.length) ? size : other));
}

/** Where each part begins. */
function startsOf(parts: readonly number[]): readonly number[] {
  return parts.map((_, at) => parts.slice(0, at).reduce((total, part) => total + part, 0));
}

/** The rows of the functions that move numbers. */
export const movementFunctions = {
  reshape: (): FunctionCase =>
    functionCase({
      settings: shapes({ minRank: 1 }).chain((shape) =>
        record({
          shape: constantFrom(shape),
          to: oneof(constantFrom([core.sizeOf(shape)], shape.toReversed(), [...shape, 1], [1, core.sizeOf(shape)])),
          open: core.sizeOf(shape) > 0 ? boolean() : constantFrom(false),
        }),
      ),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { to, open }) => core.reshape(x!, open ? [-1, ...to.slice(1)] : to),
      reference: ([x], { to }) => ({ ...x!, shape: to }),
      dtypes: storable,
    }),
  broadcastTo: (): FunctionCase =>
    functionCase({
      settings: shapes().chain((to) =>
        record({
          to: constantFrom(to),
          lead: integer({ min: 0, max: to.length }),
          single: perAxis(to, () => boolean()),
        }),
      ),
      inputs: ({ to, lead, single }) => [
        { shape: to.map((size, axis) => (single[axis] === true ? 1 : size)).slice(lead) },
      ],
      call: ([x], { to }) => core.broadcastTo(x!, to),
      reference: ([x], { to }) => fromIndices(to, x!.dtype, (index) => elementAt(x!, withinShape(index, x!.shape))),
      dtypes: storable,
    }),
  transpose: (): FunctionCase =>
    functionCase({
      settings: shapes({ maxRank: 5 }).chain((shape) => {
        const axes = shape.map((_, axis) => axis);
        return record({
          shape: constantFrom(shape),
          axes: oneof(constantFrom(undefined), shuffledSubarray(axes, { minLength: axes.length })),
          back: boolean(),
        });
      }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { axes, back }) => core.transpose(x!, back ? axes?.map((axis) => axis - x!.rank) : axes),
      reference: ([x], { shape, axes = shape.map((_, axis) => shape.length - 1 - axis) }) =>
        fromIndices(
          axes.map((axis) => shape[axis]!),
          x!.dtype,
          (index) =>
            elementAt(
              x!,
              shape.map((_, axis) => index[axes.indexOf(axis)]!),
            ),
        ),
      dtypes: storable,
    }),
  slice: (): FunctionCase =>
    functionCase({
      settings: shapes({ maxRank: 3 }).chain((shape) => {
        const bound = (size: number): Arbitrary<number | undefined> =>
          oneof(constantFrom(undefined, 0, size, -size), integer({ min: -size - 2, max: size + 2 }));
        return record({
          shape: constantFrom(shape),
          ranges: perAxis(shape, (size) =>
            record({ start: bound(size), end: bound(size), step: constantFrom(1, 1, 2, 3, -1, -2) }),
          ),
        });
      }),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { ranges }) =>
        core.slice(
          x!,
          ranges.map(({ start, step }) => start ?? (step > 0 ? 0 : -1)),
          ranges.map(({ end, step }) => end ?? (step > 0 ? Infinity : -Infinity)),
          ranges.map(({ step }) => step),
        ),
      reference: ([x], { shape, ranges }) => {
        const positions = ranges.map(({ start, end, step }, axis) => pythonSlice(shape[axis]!, start, end, step));
        return fromIndices(
          positions.map(({ length }) => length),
          x!.dtype,
          (index) =>
            elementAt(
              x!,
              index.map((at, axis) => positions[axis]![at]!),
            ),
        );
      },
      dtypes: storable,
    }),
  flip: (): FunctionCase =>
    functionCase({
      settings: shapes({ minRank: 1 }).chain((shape) =>
        record({ shape: constantFrom(shape), axes: subarray(shape.map((_, axis) => axis)), back: boolean() }),
      ),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { axes, back }) => core.flip(x!, back ? axes.map((axis) => axis - x!.rank) : axes),
      reference: ([x], { shape, axes }) =>
        fromIndices(shape, x!.dtype, (index) =>
          elementAt(
            x!,
            index.map((at, axis) => (axes.includes(axis) ? shape[axis]! - 1 - at : at)),
          ),
        ),
      dtypes: storable,
    }),
  concat: (): FunctionCase =>
    functionCase({
      settings: partedShapes(),
      inputs: ({ shape, axis, parts }) => parts.map((part) => ({ shape: resized(shape, axis, part) })),
      call: (inputs, { axis }) => core.concat(inputs, axis),
      reference: (inputs, { shape, axis, parts }) => {
        const along = fromFront(axis, shape.length);
        return fromIndices(shape, inputs[0]!.dtype, (index) => {
          const part = startsOf(parts).findLastIndex((start, at) => start <= index[along]! && parts[at]! > 0);
          return elementAt(
            inputs[part]!,
            index.map((at, other) => (other === along ? at - startsOf(parts)[part]! : at)),
          );
        });
      },
      dtypes: storable,
    }),
  split: (): FunctionCase =>
    functionCase({
      settings: partedShapes(),
      inputs: ({ shape }) => [{ shape }],
      call: ([x], { axis, parts }) =>
        core.split(x!, parts.every((part) => part === parts[0]) && parts[0]! > 0 ? parts.length : parts, axis),
      reference: ([x], { shape, axis, parts }) =>
        startsOf(parts).map((start, part) =>
          fromIndices(resized(shape, axis, parts[part]!), x!.dtype, (index) =>
            elementAt(
              x!,
              index.map((at, other) => (other === fromFront(axis, shape.length) ? at + start : at)),
            ),
          ),
        ),
      dtypes: storable,
    }),
};
