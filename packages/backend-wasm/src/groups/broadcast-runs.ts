import { type Access, broadcastAxes, mergeAxes, type StridedAxis } from "@gradloom/core/backend";

/** Runs shorter than this cost more than writing the repeated inputs out. */
export const shortestRun = 8;

/** How an input is repeated: axes of size 1 of `shape` go along those of `to`. */
export type Broadcast = Exclude<Access, string>;

/** Elements in runs within which every input is either the same number or consecutive ones. */
export interface Runs {
  /** Elements of a run. */
  readonly length: number;
  /** The axes that the runs are arranged in, and the stride along each in each input, in elements. */
  readonly axes: readonly StridedAxis[];
  /** For each input, whether a run is one number or consecutive ones. */
  readonly kinds: readonly ("column" | "row")[];
}

/** The runs of inputs that are repeated to shapes of one size; undefined where their axes do not fit together. */
export function runsOf(broadcasts: readonly Broadcast[]): Runs | undefined {
  const inputs = broadcasts.map(({ shape, to }) => mergeAxes(broadcastAxes(shape, to)).reverse());
  const ends = [...new Set(inputs.flatMap(endsOf))].sort((a, b) => a - b);
  if (!ends.every((end, at) => at === 0 || end % ends[at - 1]! === 0)) return undefined;
  const between = ends.slice(1).map((end, at) => ({
    size: end / ends[at]!,
    strides: inputs.map((axes) => strideAt(axes, ends[at]!)),
  }));
  const kinds = inputs.map((axes) => (strideAt(axes, 1) === 0 ? "column" : "row"));
  return { length: ends[0]!, axes: mergeAxes(between.reverse()), kinds };
}

/** How many elements are inside one step along the axis before each, from the last to the first. */
function endsOf(axes: readonly StridedAxis[]): readonly number[] {
  let inside = 1;
  return axes.map(({ size }) => (inside *= size));
}

/** The step in the source when the position moves by a number of elements, which lie within one axis. */
function strideAt(axes: readonly StridedAxis[], elements: number): number {
  let inside = 1;
  for (const { size, strides } of axes) {
    if (elements < inside * size) return strides[0]! * (elements / inside);
    inside *= size;
  }
  return 0;
}
