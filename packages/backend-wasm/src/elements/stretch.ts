import type { Access } from "@gradloom/core/backend";

/** Runs shorter than this cost more than writing the stretched inputs out. */
export const shortestRun = 8;

/** How an input is repeated: axes of size 1 of `shape` go along those of `to`. */
export type Stretch = Exclude<Access, string>;

/** Sizes of axes, and how many elements a step along each is in the source. */
interface Axes {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

/** Elements in runs within which every input is either the same number or consecutive ones. */
export interface Runs {
  /** Elements of a run. */
  readonly length: number;
  /** Sizes of the axes that the runs are arranged in. */
  readonly sizes: readonly number[];
  /** For each input, the step in the source along each of these axes, in elements. */
  readonly strides: readonly (readonly number[])[];
  /** For each input, whether a run is one number or consecutive ones. */
  readonly kinds: readonly ("column" | "row")[];
}

/** The runs of inputs stretched to shapes of one size; undefined where their axes do not fit together. */
export function runsOf(stretches: readonly Stretch[]): Runs | undefined {
  const all = stretches.map(axesOf);
  const ends = [...new Set(all.flatMap(({ sizes }) => endsOf(sizes)))].sort((a, b) => a - b);
  const fit = ends.every((end, at) => at === 0 || end % ends[at - 1]! === 0);
  if (!fit) return undefined;
  // From the last axis to the first.
  const sizes = ends.map((end, at) => end / (ends[at - 1] ?? 1));
  const strides = all.map((axes) => ends.map((_, at) => strideAt(axes, ends[at - 1] ?? 1)));
  const outer = joined(
    sizes.slice(1),
    strides.map((steps) => steps.slice(1)),
  );
  return { length: sizes[0]!, ...outer, kinds: strides.map(([last]) => (last === 0 ? "column" : "row")) };
}

/** The axes of a stretch: those of size 1 left out, neighbours that are alike joined. */
function axesOf({ shape, to }: Stretch): Axes {
  const sizes: number[] = [];
  const repeats: boolean[] = [];
  to.forEach((size, axis) => {
    if (size === 1) return;
    const repeated = shape[axis] === 1;
    if (repeats.at(-1) === repeated) sizes[sizes.length - 1]! *= size;
    else {
      sizes.push(size);
      repeats.push(repeated);
    }
  });
  let stride = 1;
  const strides = sizes
    .map((size, axis) => ({ size, repeated: repeats[axis]! }))
    .reverse()
    .map(({ size, repeated }) => {
      if (repeated) return 0;
      stride *= size;
      return stride / size;
    })
    .reverse();
  return { sizes, strides };
}

/** How many elements are inside one step along the axis before each: products of the sizes from the last. */
function endsOf(sizes: readonly number[]): readonly number[] {
  let inside = 1;
  return sizes.toReversed().map((size) => (inside *= size));
}

/** The step in the source when the position moves by so many elements, which lie within one axis. */
function strideAt({ sizes, strides }: Axes, elements: number): number {
  let inside = 1;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const end = inside * sizes[axis]!;
    if (elements < end) return strides[axis]! * (elements / inside);
    inside = end;
  }
  return 0;
}

/** Axes given from the last to the first, in order, neighbours that every input walks through evenly joined. */
function joined(
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
): { readonly sizes: readonly number[]; readonly strides: readonly (readonly number[])[] } {
  const found: { size: number; readonly steps: readonly number[] }[] = [];
  sizes.forEach((size, axis) => {
    const steps = strides.map((input) => input[axis]!);
    const inner = found.at(-1);
    if (inner !== undefined && steps.every((step, input) => step === inner.steps[input]! * inner.size))
      inner.size *= size;
    else found.push({ size, steps });
  });
  found.reverse();
  return {
    sizes: found.map(({ size }) => size),
    strides: strides.map((_, input) => found.map(({ steps }) => steps[input]!)),
  };
}
