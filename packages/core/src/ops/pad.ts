import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { oneOf, rule } from "../errors/rules.ts";
import { dtypes, held } from "../tensor/dtype.ts";
import { resized } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./axes.ts";
import { gatherAxis } from "./gather.ts";
import { concat, padAxis } from "./movement.ts";
import { numberLike, pair } from "./operands.ts";

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
