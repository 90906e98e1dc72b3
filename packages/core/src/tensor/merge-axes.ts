import { type Shape, stridesOf } from "./shape.ts";

/** One axis of a walk through arrays: its size, and the stride along it in each of them. */
export interface StridedAxis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** The axes of `to`, with their strides in an array of `shape`, 0 along its axes of size 1, which are repeated, and in one of `to`. */
export function broadcastAxes(shape: Shape, to: Shape): readonly StridedAxis[] {
  const [from, own] = [stridesOf(shape), stridesOf(to)];
  return to.map((size, axis) => ({ size, strides: [shape[axis] === 1 ? 0 : from[axis]!, own[axis]!] }));
}

/** The same walk in no more axes than it needs: without those of size 1, neighbours that are evenly strided in every array as one. */
export function mergeAxes(axes: readonly StridedAxis[]): StridedAxis[] {
  const merged: StridedAxis[] = [];
  for (const { size, strides } of axes) {
    if (size === 1) continue;
    const outer = merged.at(-1);
    if (outer !== undefined && strides.every((stride, at) => outer.strides[at] === size * stride))
      merged[merged.length - 1] = { size: outer.size * size, strides };
    else merged.push({ size, strides });
  }
  return merged;
}
