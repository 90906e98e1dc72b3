import { checkOptions, type Fields, flag, type Shape, wholeNumber } from "@gradloom/core";
import { type Arbitrary, array, boolean, constantFrom, integer, oneof, subarray, tuple } from "fast-check";

/** Bounds of generated shapes. */
export interface ShapeOptions {
  /** 0 if left out. */
  readonly minRank?: number;
  /** 4 if left out. */
  readonly maxRank?: number;
  /** Whether axes may have size 0; they may if left out. */
  readonly empty?: boolean;
}

const shapeFields: Fields<ShapeOptions> = { minRank: wholeNumber(0), maxRank: wholeNumber(0), empty: flag };

/** Sizes of an axis: odd ones, 1, and 0 unless `empty` is false. */
export function sizes(options: Pick<ShapeOptions, "empty"> = {}): Arbitrary<number> {
  checkOptions("sizes", { empty: flag }, options);
  const { empty = true } = options;
  const usual = { arbitrary: constantFrom(1, 2, 3, 5), weight: 12 };
  return empty ? oneof(usual, { arbitrary: constantFrom(0), weight: 1 }) : oneof(usual);
}

/** Shapes of up to 4 axes. */
export function shapes(options: ShapeOptions = {}): Arbitrary<Shape> {
  checkOptions("shapes", shapeFields, options);
  const { minRank = 0, maxRank = 4, ...rest } = options;
  return array(sizes(rest), { minLength: minRank, maxLength: maxRank });
}

/** A shape and one of its axes, counted from the front or from the end. */
export function shapesWithAxis(
  options: ShapeOptions = {},
): Arbitrary<{ readonly shape: Shape; readonly axis: number }> {
  checkOptions("shapesWithAxis", shapeFields, options);
  return shapes({ minRank: 1, ...options }).chain((shape) =>
    integer({ min: -shape.length, max: shape.length - 1 }).map((axis) => ({ shape, axis })),
  );
}

/** `count` shapes that broadcast to one: some axes have size 1, some leading ones are missing. */
export function stretchingShapes(count: number, options: ShapeOptions = {}): Arbitrary<readonly Shape[]> {
  checkOptions("stretchingShapes", shapeFields, options);
  return shapes({ maxRank: 3, ...options }).chain((whole) =>
    tuple(...Array.from({ length: count }, () => narrowed(whole))),
  );
}

function narrowed(whole: Shape): Arbitrary<Shape> {
  const rank = whole.length;
  const dropped = oneof({ arbitrary: constantFrom(0), weight: 2 }, integer({ min: 0, max: rank }));
  const kept = array(constantFrom(true, true, false), { minLength: rank, maxLength: rank });
  return tuple(dropped, kept).map(([lead, keep]) =>
    whole.map((size, axis) => (keep[axis] === true ? size : 1)).slice(lead),
  );
}

/** A shape with the options of a reduction: one axis, several or all, from the front or the end, kept or not. */
export function reductions(options: ShapeOptions = {}): Arbitrary<{
  readonly shape: Shape;
  readonly options: { readonly axis?: number | readonly number[]; readonly keepDims?: boolean };
}> {
  return shapes(options).chain((shape) => {
    const all = shape.map((_, axis) => axis);
    const signed = tuple(subarray(all), boolean()).map(([axes, back]) =>
      axes.map((axis) => (back ? axis - shape.length : axis)),
    );
    return tuple(signed, constantFrom("all", "list", "one"), boolean()).map(([axes, kind, keepDims]) => {
      if (kind === "all" || (kind === "one" && axes.length === 0)) return { shape, options: { keepDims } };
      return { shape, options: { axis: kind === "one" ? axes[0]! : axes, keepDims } };
    });
  });
}
