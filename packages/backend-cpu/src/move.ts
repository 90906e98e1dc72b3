import { mergeAxes, type StridedAxis, type TypedArray, type View } from "@gradloom/core/backend";
import { words } from "./words.ts";

/** An axis, and how far a step goes in x and in y. */
interface Axis {
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

/** Columns walked together, so that a transpose uses whole cache lines of x. */
const TILE = 16;
/** From this length on, the copy and fill of the arrays themselves beat a loop. */
const LONG_RUN = 64;

/** y[to + Σ step·axis.strides[1]] = x[from + Σ step·axis.strides[0]] for every step of every axis */
export function move(x: View, from: number, y: View, to: number, axes: readonly StridedAxis[]): void {
  const merged = mergeAxes(axes);
  while (merged.length < 2) merged.unshift({ size: 1, strides: [0, 0] });
  const walked = merged.map(({ size, strides }) => ({ size, x: strides[0]!, y: strides[1]! }));
  walk(words(x.data), x.offset + from, words(y.data), y.offset + to, walked, 0);
}

function walk(x: TypedArray, from: number, y: TypedArray, to: number, axes: readonly Axis[], depth: number): void {
  const axis = axes[depth]!;
  if (depth === axes.length - 2) walkPlane(x, from, y, to, axis, axes[depth + 1]!);
  else
    for (let step = 0; step < axis.size; step++) walk(x, from + step * axis.x, y, to + step * axis.y, axes, depth + 1);
}

function walkPlane(x: TypedArray, from: number, y: TypedArray, to: number, rows: Axis, columns: Axis): void {
  if (columns.size >= LONG_RUN && columns.x === 1 && columns.y === 1) {
    for (let row = 0; row < rows.size; row++) {
      const start = from + row * rows.x;
      y.set(x.subarray(start, start + columns.size), to + row * rows.y);
    }
  } else if (columns.size >= LONG_RUN && columns.x === 0 && columns.y === 1) {
    for (let row = 0; row < rows.size; row++) {
      const start = to + row * rows.y;
      y.fill(x[from + row * rows.x]!, start, start + columns.size);
    }
  } else {
    for (let first = 0; first < columns.size; first += TILE) {
      walkTile(
        x,
        from + first * columns.x,
        y,
        to + first * columns.y,
        rows,
        columns,
        Math.min(TILE, columns.size - first),
      );
    }
  }
}

function walkTile(
  x: TypedArray,
  from: number,
  y: TypedArray,
  to: number,
  rows: Axis,
  { x: stepX, y: stepY }: Axis,
  columns: number,
): void {
  for (let row = 0; row < rows.size; row++) {
    let atX = from + row * rows.x;
    let atY = to + row * rows.y;
    for (let column = 0; column < columns; column++) {
      y[atY] = x[atX]!;
      atX += stepX;
      atY += stepY;
    }
  }
}
