import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumbers, oneOf, rule } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { dtypes, held } from "../tensor/dtype.ts";
import { resized } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensor } from "./apply.ts";
import { axisFields, axisOf, broadcastTo, reshape } from "./axes.ts";
import { gatherAxis } from "./gather.ts";
import { concat, padAxis, sliceAxis } from "./movement.ts";
import { numberLike, pair } from "./operands.ts";
import { expandDims, flatten } from "./rank.ts";

function checkCounts(name: string, counts: readonly number[]): void {
  if (counts.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new GradloomError(
    "repeat-count",
    `${name}: the counts are ${show(counts)}; they must be whole numbers of 0 or more`,
  );
}

/** x repeated `counts` times along each axis: they are for its last axes, further ones make new axes in front, as in NumPy. One number is for the last axis. */
export function tile(x: Tensor, counts: number | readonly number[]): Tensor {
  checkTensor("tile", x);
  const list = [counts].flat();
  checkCounts("tile", list);
  const rank = Math.max(x.rank, list.length);
  const sizes = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const times = [...new Array<number>(rank - list.length).fill(1), ...list];
  const repeated = broadcastTo(
    reshape(
      x,
      sizes.flatMap((size) => [1, size]),
    ),
    sizes.flatMap((size, axis) => [times[axis]!, size]),
  );
  return reshape(
    repeated,
    sizes.map((size, axis) => size * times[axis]!),
  );
}

/** Each slice along the axis `counts` times in a row (each number of the flattened x if left out); a list has one count for each slice. */
export function repeat(x: Tensor, count: number | readonly number[], options: { readonly axis?: number } = {}): Tensor {
  checkTensor("repeat", x);
  checkOptions("repeat", axisFields, options);
  const { axis } = options;
  const source = axis === undefined ? flatten(x) : x;
  const at = axisOf("repeat", axis ?? 0, source.rank);
  const length = source.shape[at]!;
  checkCounts("repeat", [count].flat());
  if (typeof count === "number") {
    const repeated = [...source.shape.slice(0, at + 1), count, ...source.shape.slice(at + 1)];
    return reshape(broadcastTo(expandDims(source, at + 1), repeated), resized(source.shape, at, length * count));
  }
  if (count.length !== length) {
    throw new GradloomError(
      "repeat-counts",
      `repeat: ${count.length} counts meet axis ${at} of ${show(source.shape)}, which has size ${length}; give one count for each slice`,
    );
  }
  return gatherAxis(
    source,
    at,
    count.flatMap((times, slice) => new Array<number>(times).fill(slice)),
  );
}

/** Along which axes to move; all of them as one if left out. */
export interface RollOptions {
  readonly axis?: number | readonly number[];
}

const rollFields: Fields<RollOptions> = { axis: axisNumbers };

/** x moved along the axis by `shift` places, what leaves the end coming back at the start; lists are for several axes. Without an axis, in the flattened x. */
export function roll(x: Tensor, shift: number | readonly number[], options: RollOptions = {}): Tensor {
  checkTensor("roll", x);
  checkOptions("roll", rollFields, options);
  const { axis } = options;
  const shifts = [shift].flat();
  if (axis === undefined) return shifts.reduce((result, by) => reshape(rolled(flatten(result), by, 0), x.shape), x);
  const axes = [axis].flat();
  if (shifts.length !== axes.length) {
    throw new GradloomError(
      "roll-count",
      `roll: shifts ${show(shifts)} meet axes ${show(axes)}; give one shift for each axis`,
    );
  }
  return axes.reduce((result, at, place) => rolled(result, shifts[place]!, axisOf("roll", at, x.rank)), x);
}

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  if (!Number.isInteger(shift)) {
    throw new GradloomError("roll-shift", `roll: the shift is ${showValue(shift)}; it must be a whole number`);
  }
  const length = x.shape[axis]!;
  const start = length === 0 ? 0 : ((-shift % length) + length) % length;
  if (start === 0) return x;
  return concat([sliceAxis(x, axis, start, length), sliceAxis(x, axis, 0, start)], axis);
}

/** How many places to add before and after an axis. */
export type PadWidths = readonly [before: number, after: number];

/** What the added places hold. */
export interface PadOptions {
  /**
   * `constant` (default): `value`. `edge`: the nearest number of x. `reflect`: x mirrored at its edge numbers, which are not repeated; `symmetric`: repeated.
   * `wrap`: x again from its other end.
   */
  readonly mode?: "constant" | "edge" | "reflect" | "symmetric" | "wrap";
  /** For `constant`; 0 if left out. */
  readonly value?: number;
}

/** Which place of an axis each place before, in or after it shows. */
const shownBy: {
  readonly [Mode in Exclude<PadOptions["mode"], "constant" | undefined>]: (place: number, length: number) => number;
} = {
  edge: (place, length) => Math.min(Math.max(place, 0), length - 1),
  reflect: (place, length) => {
    const period = Math.max(2 * length - 2, 1);
    const within = modulo(place, period);
    return Math.min(within, period - within);
  },
  symmetric: (place, length) => {
    const within = modulo(place, 2 * length);
    return Math.min(within, 2 * length - 1 - within);
  },
  wrap: modulo,
};

function modulo(place: number, period: number): number {
  return ((place % period) + period) % period;
}

const padFields: Fields<PadOptions> = {
  mode: oneOf("constant", "edge", "reflect", "symmetric", "wrap"),
  value: rule("a number", (value) => typeof value === "number"),
};

/** x with places added around it: the same number on all sides, or [before, after] for each axis. */
export function pad(x: Tensor, widths: number | readonly PadWidths[], options: PadOptions = {}): Tensor {
  checkTensor("pad", x);
  checkOptions("pad", padFields, options);
  const list = typeof widths === "number" ? x.shape.map((): PadWidths => [widths, widths]) : widths;
  checkWidths(x, list);
  return list.reduce((result, [before, after], axis) => {
    if (before === 0 && after === 0) return result;
    return padded(result, axis, before, after, options);
  }, x);
}

function padded(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  { mode = "constant", value = 0 }: PadOptions,
): Tensor {
  const length = x.shape[axis]!;
  const total = before + length + after;
  if (mode !== "constant") {
    if (length === 0) throw emptyAxis(x, axis, mode);
    return gatherAxis(
      x,
      axis,
      Array.from({ length: total }, (_, at) => shownBy[mode](at - before, length)),
    );
  }
  if (value === 0) return padAxis(x, axis, { start: before, step: 1, total });
  const [numbers, filler] = withFiller(x, value);
  const side = (width: number): Tensor => broadcastTo(filler, resized(x.shape, axis, width));
  return concat([side(before), numbers, side(after)], axis);
}

/** x and the filler in one dtype: only a fraction beside integers changes x's. */
function withFiller(x: Tensor, value: number): readonly [Tensor, Tensor] {
  if (dtypes[x.dtype].class === "integer") return pair("pad", x, value);
  return [x, numberLike(x, held("pad", value, x.dtype))];
}

function checkWidths(x: Tensor, widths: readonly PadWidths[]): void {
  const isPair = (sides: unknown): boolean =>
    Array.isArray(sides) && sides.length === 2 && sides.every((width) => Number.isInteger(width) && width >= 0);
  if (Array.isArray(widths) && widths.length === x.rank && Array.from(widths).every(isPair)) return;
  throw new GradloomError(
    "pad-widths",
    `pad: widths ${show(Array.isArray(widths) ? Array.from(widths, show) : widths)} meet ${show(x.shape)}; give [before, after] for each of the ${x.rank} axes, whole numbers of 0 or more`,
  );
}

function emptyAxis(x: Tensor, axis: number, mode: string): GradloomError {
  return new GradloomError(
    "pad-empty",
    `pad: axis ${axis} of ${show(x.shape)} is empty, so there is nothing that mode ${mode} could repeat; use mode constant`,
  );
}
