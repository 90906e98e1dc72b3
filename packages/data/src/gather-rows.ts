import { GradloomError, sizeOf, type Tensor, tensor, type TypedArray } from "@gradloom/core";
import type { Column } from "./column.ts";

/** Numbers that a float32 copy is made with: value · factor. */
export interface Scaled extends Column {
  readonly factor?: number;
}

/** The rows `order[start]` to before `order[end]` of a column as a tensor; the rows themselves where there is no order. */
export function gatherRows(column: Scaled, order: ArrayLike<number> | undefined, start: number, end: number): Tensor {
  const { data, shape, dtype, factor } = column;
  const sample = shape.slice(1);
  const width = sizeOf(sample);
  if (data.length !== sizeOf(shape)) {
    // Why: Typed arrays are not copied when a data set is made of them, so they may neither be handed to another thread nor shrink.
    throw new GradloomError(
      "data-size",
      `batch: an array of [${shape.join(", ")}] holds ${data.length} numbers by now, not ${sizeOf(shape)}; leave arrays of a data set as they are`,
    );
  }
  const rows =
    order === undefined ? data.subarray(start * width, end * width) : gathered(data, width, order, start, end);
  const options = { shape: [end - start, ...sample] };
  return factor === undefined ? tensor(rows, { ...options, dtype }) : tensor(multiplied(rows, factor), options);
}

function gathered(data: TypedArray, width: number, order: ArrayLike<number>, start: number, end: number): TypedArray {
  const rows = new (data.constructor as new (length: number) => TypedArray)((end - start) * width);
  for (let at = start; at < end; at++) {
    const from = order[at]! * width;
    rows.set(data.subarray(from, from + width), (at - start) * width);
  }
  return rows;
}

function multiplied(rows: TypedArray, factor: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) result[at] = rows[at]! * factor;
  return result;
}
