import { GradloomError } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";

/** Sizes of the axes, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** How many numbers a shape holds. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!;
  return size;
}

/** Throws unless it is the shape of a tensor. */
export function checkShape(name: string, shape: Shape): void {
  const isList = Array.isArray(shape);
  if (isList && shape.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(shape) < 2 ** 53) return;
  const shown = isList ? `[${Array.from(shape, showValue).join(", ")}]` : showValue(shape);
  throw new GradloomError(
    "shape",
    `${name}: ${shown} is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53`,
  );
}

/** The position of a flat index in row-major numbers of a shape. */
export function positionOf(index: number, shape: Shape): readonly number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

/** How far one step along each axis goes in row-major numbers of this shape. */
export function stridesOf(shape: Shape): readonly number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/** Whether two shapes have the same sizes. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** The shape as [outer, length, inner] seen from one axis. */
export function seenFrom(shape: Shape, axis: number): readonly [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}

/** The shape that two shapes stretch to by NumPy's rule (right-aligned, 1 stretches), or the negative axis where they disagree. */
export function broadcastShapes(a: Shape, b: Shape): Shape | number {
  if (sameShape(a, b)) return a;
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = -1; axis >= -rank; axis--) {
    const one = a[a.length + axis] ?? 1;
    const other = b[b.length + axis] ?? 1;
    if (one !== other && one !== 1 && other !== 1) return axis;
    shape[rank + axis] = one === 1 ? other : one;
  }
  return shape;
}

/** The shape with another size at one axis. */
export function resized(shape: Shape, axis: number, length: number): Shape {
  return shape.map((size, at) => (at === axis ? length : size));
}
