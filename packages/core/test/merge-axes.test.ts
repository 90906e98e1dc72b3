import { broadcastAxes, mergeAxes, sizeOf, type StridedAxis } from "@gradloom/core/backend";
import { property } from "@gradloom/testing";
import { array, constantFrom, integer, record, tuple } from "fast-check";
import { expect, test } from "vitest";

/** Where a walk is in each of two arrays, position by position. */
function placesOf(axes: readonly StridedAxis[], places: readonly (readonly number[])[] = [[0, 0]]): unknown {
  const [axis, ...rest] = axes;
  if (axis === undefined) return places;
  const { size, strides } = axis;
  const inner = places.flatMap((place) =>
    Array.from({ length: size }, (_, at) => place.map((base, of) => base + at * strides[of]!)),
  );
  return placesOf(rest, inner);
}

const stride = constantFrom(-6, -2, 0, 1, 2, 3, 4, 6, 12);
const anyAxis = record({ size: integer({ min: 1, max: 3 }), strides: tuple(stride, stride) });

test(
  "merged axes walk the same way, and none is left that another could hold",
  property(
    [array(anyAxis, { maxLength: 4 })],
    (axes) => {
      const merged = mergeAxes(axes);
      expect(placesOf(merged)).toEqual(placesOf(axes));
      expect(merged.filter(({ size }) => size === 1)).toEqual([]);
      merged.slice(1).forEach(({ size, strides }, at) => {
        expect(merged[at]!.strides).not.toEqual(strides.map((inner) => size * inner));
      });
    },
    500,
  ),
);

test(
  "a broadcast walks through its array as often as its shape says, in at most as many axes as change from repeated to not",
  property([array(tuple(integer({ min: 1, max: 3 }), constantFrom(true, false)), { maxLength: 4 })], (axes) => {
    const to = axes.map(([size]) => size);
    const shape = axes.map(([size, isRepeated]) => (isRepeated ? 1 : size));
    const merged = mergeAxes(broadcastAxes(shape, to));
    const kinds = axes.filter(([size]) => size > 1).map(([, isRepeated]) => isRepeated);
    expect(merged.length).toBe(kinds.filter((kind, at) => kind !== kinds[at - 1]).length);
    expect(merged.reduce((product, { size }) => product * size, 1)).toBe(sizeOf(to));
    expect(merged.map(({ strides }) => strides[0] === 0)).toEqual(kinds.filter((kind, at) => kind !== kinds[at - 1]));
  }),
);
