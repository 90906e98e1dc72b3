import { type DType, type Shape, sizeOf } from "@gradloom/core";

/** Numbers on the host, row by row: what references take and give. */
export interface HostArray {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: ArrayLike<number>;
}

/** The positions of a shape, the last axis fastest. */
export function indicesOf(shape: Shape): readonly (readonly number[])[] {
  return Array.from({ length: sizeOf(shape) }, (_, place) => indexOf(place, shape));
}

/** The position of the element at a place of the flat data. */
export function indexOf(place: number, shape: Shape): readonly number[] {
  const index = [...shape];
  let rest = place;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** The element at a position. */
export function elementAt({ shape, data }: HostArray, index: readonly number[]): number {
  return data[index.reduce((place, position, axis) => place * shape[axis]! + position, 0)]!;
}

/** Samples of a batch, as a batch: the one at `from`, or those up to before `to`. */
export function samplesAt(
  { shape: [, ...sample], dtype, data }: HostArray,
  from: number,
  to: number = from + 1,
): HostArray {
  const size = sizeOf(sample);
  return { shape: [to - from, ...sample], dtype, data: Array.from(data).slice(from * size, to * size) };
}

/** The array whose element at each position is `element(position)`. */
export function fromIndices(shape: Shape, dtype: DType, element: (index: readonly number[]) => number): HostArray {
  return { shape, dtype, data: indicesOf(shape).map(element) };
}

/** `element` of the numbers of each stretched position of the arrays; the dtype of the first if left out. */
export function mapElements(
  arrays: readonly HostArray[],
  element: (...values: number[]) => number,
  dtype: DType = arrays[0]!.dtype,
): HostArray {
  const shape = stretchedShape(arrays.map((array) => array.shape));
  if (arrays.every((array) => array.data.length === sizeOf(shape))) {
    return {
      shape,
      dtype,
      data: Array.from(arrays[0]!.data, (_, place) => element(...arrays.map(({ data }) => data[place]!))),
    };
  }
  return fromIndices(shape, dtype, (index) =>
    element(...arrays.map((array) => elementAt(array, withinShape(index, array.shape)))),
  );
}

/** The shape that the shapes stretch to, if they do. */
export function stretchedShape(shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + axis] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** `reduce` of the numbers along the axes at each position of the others. */
export function reduceAlong(
  array: HostArray,
  {
    axis,
    keepDims = false,
  }: { readonly axis?: number | readonly number[] | undefined; readonly keepDims?: boolean | undefined },
  reduce: (values: readonly number[]) => number,
  dtype: DType = array.dtype,
): HostArray {
  const { shape } = array;
  const axes = axis === undefined ? shape.map((_, at) => at) : [axis].flat().map((at) => fromFront(at, shape.length));
  const kept = shape.map((size, at) => (axes.includes(at) ? 1 : size));
  const within = shape.map((size, at) => (axes.includes(at) ? size : 1));
  const result = fromIndices(kept, dtype, (outer) =>
    reduce(
      indicesOf(within).map((inner) =>
        elementAt(
          array,
          inner.map((position, at) => position + outer[at]!),
        ),
      ),
    ),
  );
  return keepDims ? result : { ...result, shape: shape.filter((_, at) => !axes.includes(at)) };
}

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The position that a stretched position reads of an array of the shape. */
export function withinShape(index: readonly number[], shape: Shape): readonly number[] {
  return shape.map((size, axis) => (size === 1 ? 0 : index[index.length - shape.length + axis]!));
}
