import type { Shape } from "@gradloom/core";
import type { None, Primitives } from "@gradloom/core/backend";
import { type Arbitrary, array, boolean, integer, nat, record, shuffledSubarray, tuple } from "fast-check";
import { elementAt, fromIndices, type HostArray, withinShape } from "../host-array.ts";
import { shapes, sizes } from "../shapes.ts";
import { blocks, hardNumbers, type PrimitiveCase, type Request, storable } from "./primitive-case.ts";

type Rule<Attributes> = Pick<PrimitiveCase<Attributes>, "infer" | "reference">;

/** A row of a primitive that moves numbers without changing them. */
function movement<Attributes>(
  requests: Arbitrary<{ readonly shapes: readonly Shape[]; readonly attributes: Attributes }>,
  rule: Rule<Attributes>,
): PrimitiveCase<Attributes> {
  return {
    elementwise: false,
    dtypes: storable,
    rounding: "exact",
    requests: (dtype) =>
      requests.map(({ shapes: given, attributes }): Request<Attributes> => ({
        inputs: given.map((shape) => ({ shape, dtype, domain: hardNumbers(dtype) })),
        attributes,
      })),
    ...rule,
  };
}

/** A rule with one output of the first input's dtype, element by element from the position. */
function oneOutput<Attributes>(
  shapeOf: (inputs: readonly Shape[], attributes: Attributes) => Shape,
  element: (inputs: readonly HostArray[], index: readonly number[], attributes: Attributes) => number,
): Rule<Attributes> {
  return {
    infer: (inputs, attributes) => [
      {
        shape: shapeOf(
          inputs.map(({ shape }) => shape),
          attributes,
        ),
        dtype: inputs[0]!.dtype,
      },
    ],
    reference: (inputs, attributes, [y]) => [
      fromIndices(y!.shape, y!.dtype, (index) => element(inputs, index, attributes)).data,
    ],
  };
}

/** Positions start, start + step, ... of an axis, and how much of the axis is left after the last. */
const strides = (): Arbitrary<{
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly rest: number;
}> => record({ start: nat(2), step: integer({ min: 1, max: 3 }), count: nat(4), rest: nat(2) });

/** The size of an axis that holds the positions. */
function reach({
  start,
  step,
  count,
  rest,
}: {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly rest: number;
}): number {
  return start + Math.max(0, (count - 1) * step + Math.min(count, 1)) + rest;
}

/** The part that a position along the joined axis falls in, and where in it. */
function partAt(lengths: readonly number[], position: number): readonly [part: number, within: number] {
  let within = position;
  let part = 0;
  while (within >= lengths[part]!) within -= lengths[part++]!;
  return [part, within];
}

/** The rows of the primitives that move numbers. */
export const movementPrimitives = {
  broadcast: (): PrimitiveCase<Primitives["broadcast"]> =>
    movement(
      shapes({ maxRank: 4 }).chain((shape) =>
        array(boolean(), { minLength: shape.length, maxLength: shape.length }).map((repeated) => ({
          shapes: [shape.map((size, axis) => (repeated[axis] === true ? 1 : size))],
          attributes: { shape },
        })),
      ),
      oneOutput(
        (_, { shape }) => shape,
        ([x], index) => elementAt(x!, withinShape(index, x!.shape)),
      ),
    ),
  permute: (): PrimitiveCase<Primitives["permute"]> =>
    movement(
      shapes({ minRank: 1, maxRank: 5 }).chain((shape) => {
        const axes = shape.map((_, axis) => axis);
        return shuffledSubarray(axes, { minLength: axes.length }).map((order) => ({
          shapes: [shape],
          attributes: { axes: order },
        }));
      }),
      oneOutput(
        ([x], { axes }) => axes.map((axis) => x![axis]!),
        ([x], index, { axes }) =>
          elementAt(
            x!,
            axes.map((_, axis) => index[axes.indexOf(axis)]!),
          ),
      ),
    ),
  slice: (): PrimitiveCase<Primitives["slice"]> =>
    movement(
      tuple(sizes(), sizes(), strides()).map(([outer, inner, positions]) => ({
        shapes: [[outer, reach(positions), inner]],
        attributes: { start: positions.start, step: positions.step, count: positions.count },
      })),
      oneOutput(
        ([x], { count }) => [x![0]!, count, x![2]!],
        ([x], [outer, position, inner], { start, step }) => elementAt(x!, [outer!, start + position! * step, inner!]),
      ),
    ),
  pad: (): PrimitiveCase<Primitives["pad"]> =>
    movement(
      tuple(sizes(), sizes(), strides()).map(([outer, inner, positions]) => ({
        shapes: [[outer, positions.count, inner]],
        attributes: { start: positions.start, step: positions.step, total: reach(positions) },
      })),
      oneOutput(
        ([x], { total }) => [x![0]!, total, x![2]!],
        ([x], [outer, position, inner], { start, step }) => {
          const from = (position! - start) / step;
          return Number.isInteger(from) && from >= 0 && from < x!.shape[1]! ? elementAt(x!, [outer!, from, inner!]) : 0;
        },
      ),
    ),
  concat: (): PrimitiveCase<None> =>
    movement(
      tuple(sizes(), array(sizes(), { minLength: 1, maxLength: 4 }), sizes()).map(([outer, lengths, inner]) => ({
        shapes: lengths.map((length) => [outer, length, inner]),
        attributes: {},
      })),
      oneOutput(
        (inputs) => [inputs[0]![0]!, inputs.reduce((total, shape) => total + shape[1]!, 0), inputs[0]![2]!],
        (inputs, [outer, position, inner]) => {
          const [part, within] = partAt(
            inputs.map(({ shape }) => shape[1]!),
            position!,
          );
          return elementAt(inputs[part]!, [outer!, within, inner!]);
        },
      ),
    ),
  split: (): PrimitiveCase<Primitives["split"]> =>
    movement(
      tuple(sizes(), array(sizes(), { minLength: 1, maxLength: 4 }), sizes()).map(([outer, parts, inner]) => ({
        shapes: [[outer, parts.reduce((total, size) => total + size, 0), inner]],
        attributes: { sizes: parts },
      })),
      {
        infer: ([x], { sizes: parts }) =>
          parts.map((size) => ({ shape: [x!.shape[0]!, size, x!.shape[2]!], dtype: x!.dtype })),
        reference: ([x], { sizes: parts }, outputs) =>
          outputs.map(({ shape, dtype }, part) => {
            const start = parts.slice(0, part).reduce((total, size) => total + size, 0);
            return fromIndices(shape, dtype, ([outer, position, inner]) =>
              elementAt(x!, [outer!, start + position!, inner!]),
            ).data;
          }),
      },
    ),
  flip: (): PrimitiveCase<None> =>
    movement(
      blocks().map((shape) => ({ shapes: [shape], attributes: {} })),
      oneOutput(
        ([x]) => x!,
        ([x], [outer, position, inner]) => elementAt(x!, [outer!, x!.shape[1]! - 1 - position!, inner!]),
      ),
    ),
};
