import {
  anything,
  checkOptions,
  type Fields,
  GradloomError,
  required,
  sameShape,
  type Tensor,
  tensor,
} from "@gradloom/core";
import { type Column, isSeveral, type NumbersOfEach, readColumns } from "./column.ts";
import { concatenated } from "./concatenated.ts";

/** What a stream gives one after the other: batches, whose first axes count samples, or single samples for `batch`. */
export interface StreamItem {
  readonly x: NumbersOfEach;
  readonly y: NumbersOfEach;
  /** Of the samples of a batch, [batch], or of a sample, a number; 1 if left out. */
  readonly weights?: NumbersOfEach;
}

const fields: Fields<StreamItem> = {
  x: /*#__PURE__*/ required(/*#__PURE__*/ anything<NumbersOfEach>()),
  y: /*#__PURE__*/ required(/*#__PURE__*/ anything<NumbersOfEach>()),
  weights: /*#__PURE__*/ anything<NumbersOfEach>(),
};

/** The item, if it has what items have and nothing else; its numbers are looked at where they are read. */
export function checkItem(item: StreamItem): StreamItem {
  checkOptions("stream: an item", fields, item);
  return item;
}

/** Single samples as one batch. */
export function stackItems(items: readonly StreamItem[]): StreamItem {
  items.forEach(checkItem);
  const stacked = (name: string, each: readonly NumbersOfEach[]): Tensor | readonly Tensor[] => {
    const rows = each.map((given) => readColumns(`stream: ${name}`, given));
    const tensors = rows[0]!.map((_, at) =>
      stack(
        name,
        rows.map((row) => row[at]),
      ),
    );
    return isSeveral(each[0]!) ? tensors : tensors[0]!;
  };
  const batch = {
    x: stacked(
      "x",
      items.map(({ x }) => x),
    ),
    y: stacked(
      "y",
      items.map(({ y }) => y),
    ),
  };
  if (items.every(({ weights }) => weights === undefined)) return batch;
  return {
    ...batch,
    weights: stacked(
      "weights",
      items.map(({ weights = 1 }) => weights),
    ),
  };
}

/** Columns of one shape and dtype under each other, with a new first axis. */
function stack(name: string, columns: readonly (Column | undefined)[]): Tensor {
  const first = columns[0]!;
  const rows = columns.map((column, at) => {
    if (column?.dtype !== first.dtype || !sameShape(column.shape, first.shape)) {
      throw new GradloomError(
        "ragged",
        `stream: ${name} is ${kindOf(first)} in the first sample of a batch and ${kindOf(column)} in sample ${at}; samples must be alike`,
      );
    }
    return column.data;
  });
  return tensor(concatenated(rows), { shape: [columns.length, ...first.shape], dtype: first.dtype });
}

function kindOf(column: Column | undefined): string {
  return column === undefined ? "missing" : `${column.dtype} [${column.shape.join(", ")}]`;
}
