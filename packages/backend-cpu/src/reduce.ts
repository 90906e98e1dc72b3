import type { Kernel, None, Primitives, TypedArray, View } from "@gradloom/core/backend";
import { words } from "./words.ts";

/** Columns summed side by side: their totals, 8 kB of doubles, stay in the first-level cache. */
const COLUMNS = 1024;
const realTotals = /*#__PURE__*/ new Float64Array(COLUMNS);
/** Storing to int32 wraps, as the sums of both integer dtypes must. */
const wholeTotals = /*#__PURE__*/ new Int32Array(COLUMNS);

function isInteger(view: View): boolean {
  return view.dtype === "int32" || view.dtype === "uint32";
}

/** y[outer, inner] = Σ_position x[outer, position, inner]; floats add up in doubles, an empty sum is 0 */
export const sum: Kernel<None> = (inputs, outputs) => {
  const x = inputs[0]!;
  const y = outputs[0]!;
  const length = x.shape[1]!;
  const inner = x.shape[2]!;
  if (inner === 1 && !isInteger(y)) return sumRows(x.data, x.offset, length, y);
  const totals = isInteger(y) ? wholeTotals : realTotals;
  for (let outer = 0; outer < x.shape[0]!; outer++) {
    for (let first = 0; first < inner; first += COLUMNS) {
      const count = Math.min(COLUMNS, inner - first);
      sumColumns(words(x.data), x.offset + outer * length * inner + first, length, inner, totals, count);
      y.data.set(totals.subarray(0, count), y.offset + outer * inner + first);
    }
  }
};

/** y[row] = Σ_position x[row, position] */
function sumRows(x: TypedArray, from: number, length: number, { data: y, offset: to, size: rows }: View): void {
  for (let row = 0; row < rows; row++) {
    const start = from + row * length;
    let total = 0;
    for (let position = 0; position < length; position++) total += x[start + position]!;
    y[to + row] = total;
  }
}

/** totals[column] = Σ_row x[row, column]: row by row, as memory lies */
function sumColumns(
  x: TypedArray,
  from: number,
  rows: number,
  stride: number,
  totals: Float64Array | Int32Array,
  columns: number,
): void {
  totals.fill(0, 0, columns);
  for (let row = 0; row < rows; row++) {
    const start = from + row * stride;
    for (let column = 0; column < columns; column++) totals[column]! += x[start + column]!;
  }
}

/** y[outer, inner] = max_position x[outer, position, inner]; NaN wins, the first of equal values stays; bool: any */
export const max: Kernel<None> = (inputs, outputs) => {
  const { data: x, offset: from, shape } = inputs[0]!;
  const { data: y, offset: to, size } = outputs[0]!;
  const length = shape[1]!;
  const inner = shape[2]!;
  for (let first = 0; first < size; first += inner) {
    const best = to + first;
    let start = from + first * length;
    for (let column = 0; column < inner; column++) y[best + column] = x[start + column]!;
    for (let position = 1; position < length; position++) {
      start += inner;
      for (let column = 0; column < inner; column++) {
        const value = x[start + column]!;
        if (value > y[best + column]! || value !== value) y[best + column] = value;
      }
    }
  }
};

/** y[outer, inner] = argmax_position x[outer, position, inner]: the first of equal maxima, NaN counts as the maximum */
export const argMax: Kernel<None> = (inputs, outputs) => {
  const { data: x, offset: from, shape } = inputs[0]!;
  const { data: y, offset: to, size } = outputs[0]!;
  const length = shape[1]!;
  const inner = shape[2]!;
  for (let lane = 0; lane < size; lane++) {
    const start = from + Math.floor(lane / inner) * length * inner + (lane % inner);
    let best = 0;
    let most = x[start]!;
    for (let position = 1; position < length && most === most; position++) {
      const value = x[start + position * inner]!;
      if (value > most || value !== value) {
        best = position;
        most = value;
      }
    }
    y[to + lane] = best;
  }
};

/** y[outer, position, inner] = Σ_{p ≤ position} x[outer, p, inner], or over p ≥ position if `reverse`; in doubles */
export const cumsum: Kernel<Primitives["cumsum"]> = (inputs, outputs, { reverse }) => {
  const { offset: from, shape } = inputs[0]!;
  const x = words(inputs[0]!.data);
  const y = words(outputs[0]!.data);
  const shift = outputs[0]!.offset - from;
  const wraps = isInteger(outputs[0]!);
  const length = shape[1]!;
  const inner = shape[2]!;
  const lanes = shape[0]! * inner;
  for (let lane = 0; lane < lanes; lane++) {
    const start = from + Math.floor(lane / inner) * length * inner + (lane % inner);
    let total = 0;
    for (let step = 0; step < length; step++) {
      const at = start + (reverse ? length - 1 - step : step) * inner;
      total = wraps ? (total + x[at]!) | 0 : total + x[at]!;
      y[at + shift] = total;
    }
  }
};
