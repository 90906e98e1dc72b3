import type { Access } from "@gradloom/core/backend";

/** Runs shorter than this cost more than writing the stretched inputs out. */
export const shortestRun = 8;

/** How an input is repeated: axes of size 1 of `shape` go along those of `to`. */
export type Stretch = Exclude<Access, string>;

/** Axes from the last to the first, and how many elements a step along each is in the source: 0 where it is repeated. */
type Axes = readonly { readonly size: number; readonly stride: number }[];

/** Elements in runs within which every input is either the same number or consecutive ones. */
export interface Runs {
  /** Elements of a run. */
  readonly length: number;
  /** The axes that the runs are arranged in, and the step in the source along each for each input, in elements. */
  readonly axes: readonly { readonly size: number; readonly steps: readonly number[] }[];
  /** For each input, whether a run is one number or consecutive ones. */
  readonly kinds: readonly ("column" | "row")[];
}

/** The runs of inputs stretched to shapes of one size; undefined where their axes do not fit together. */
export function runsOf(stretches: readonly Stretch[]): Runs | undefined {
  const inputs = stretches.map(axesOf);
  const ends = [...new Set(inputs.flatMap(endsOf))].sort((a, b) => a - b);
  if (!ends.every((end, at) => at === 0 || end % ends[at - 1]! === 0)) return undefined;
  const found: { size: number; readonly steps: readonly number[] }[] = [];
  let start = ends[0]!;
  for (const end of ends.slice(1)) {
    const size = end / start;
    const steps = inputs.map((axes) => strideAt(axes, start));
    const inner = found.at(-1);
    // Neighbours that every input walks through evenly are one axis.
    if (inner !== undefined && steps.every((step, input) => step === inner.steps[input]! * inner.size))
      inner.size *= size;
    else found.push({ size, steps });
    start = end;
  }
  const kinds = inputs.map((axes) => (strideAt(axes, 1) === 0 ? "column" : "row"));
  return { length: ends[0]!, axes: found.reverse(), kinds };
}

/** The axes of a stretch: those of size 1 left out, neighbours that are alike joined. */
function axesOf({ shape, to }: Stretch): Axes {
  const axes: { size: number; readonly stride: number }[] = [];
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const size = to[axis]!;
    if (size === 1) continue;
    const isRepeated = shape[axis] === 1;
    const inner = axes.at(-1);
    if (inner !== undefined && (inner.stride === 0) === isRepeated) inner.size *= size;
    else axes.push({ size, stride: isRepeated ? 0 : stride });
    if (!isRepeated) stride *= size;
  }
  return axes;
}

/** How many elements are inside one step along the axis before each. */
function endsOf(axes: Axes): readonly number[] {
  let inside = 1;
  return axes.map(({ size }) => (inside *= size));
}

/** The step in the source when the position moves by so many elements, which lie within one axis. */
function strideAt(axes: Axes, elements: number): number {
  let inside = 1;
  for (const { size, stride } of axes) {
    if (elements < inside * size) return stride * (elements / inside);
    inside *= size;
  }
  return 0;
}
