import {
  type DType,
  GradloomError,
  type Shape,
  showValue,
  sizeOf,
  Tensor,
  tensor,
  type TypedArray,
} from "@gradloom/core";
import { concatenated } from "./concatenated.ts";

/** Numbers in nested arrays, all rows of one length. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** Numbers with a shape of their own. */
export type ShapedNumbers = Tensor | { readonly data: TypedArray; readonly shape: Shape };

/** Numbers row by row. Nested arrays become float32; all else keeps its dtype. Typed arrays are not copied: leave them as they are. */
export type Numbers = ShapedNumbers | TypedArray | readonly TypedArray[] | NestedNumbers;

/** Numbers for each input or target: of one, or a list of tensors or of `{ data, shape }` for several. */
export type NumbersOfEach = Numbers | readonly ShapedNumbers[];

/** Numbers on the host. */
export interface Column {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Whether a list of numbers for several inputs or targets was given. */
export function isSeveral(given: NumbersOfEach): given is readonly ShapedNumbers[] {
  if (!Array.isArray(given)) return false;
  const first: unknown = given[0];
  return typeof first === "object" && first !== null && !Array.isArray(first) && !ArrayBuffer.isView(first);
}

/** The numbers of each input or target; `place` names them in errors. */
export function readColumns(place: string, given: NumbersOfEach): readonly Column[] {
  return isSeveral(given)
    ? Array.from(given, (one, at) => readColumn(`${place}[${at}]`, one))
    : [readColumn(place, given)];
}

/** The numbers on the host; an error that names the `place` where rows differ in length or a number is not finite. */
export function readColumn(place: string, given: Numbers): Column {
  const column = columnOf(place, given);
  if (column.dtype === "float32" || column.dtype === "float64") checkFinite(place, column);
  return column;
}

function columnOf(place: string, given: Numbers): Column {
  if (given instanceof Tensor) return hostColumn(given);
  try {
    if (isTypedArray(given)) return { data: given, shape: [given.length], dtype: dtypeOf(given) };
    if (isRows(given)) return joined(place, given);
    if (isShaped(given)) return shaped(place, given);
    return hostColumn(tensor(given));
  } catch (error) {
    if (!(error instanceof GradloomError)) throw error;
    throw new GradloomError(error.code, error.message.replace("tensor:", `${place}:`));
  }
}

function hostColumn(given: Tensor): Column {
  const { storage, shape, dtype } = given;
  return { data: storage?.kind === "host" ? storage.data : given.dataSync(), shape, dtype };
}

function shaped(place: string, { data, shape }: Extract<ShapedNumbers, { readonly data: TypedArray }>): Column {
  const dtype = dtypeOf(data);
  const size = Array.isArray(shape) ? sizeOf(shape) : NaN;
  if (size === data.length && shape.every((length) => Number.isInteger(length) && length >= 0))
    return { data, shape, dtype };
  throw new GradloomError(
    "data-size",
    `${place}: ${data.length} numbers meet the shape ${showValue(shape)}, which holds ${size}; they must agree`,
  );
}

/** Rows of one length, one after the other. */
function joined(place: string, rows: readonly TypedArray[]): Column {
  const [first] = rows as readonly [TypedArray];
  const dtype = dtypeOf(first);
  for (let at = 0; at < rows.length; at++) {
    if (kindOf(rows[at]) === kindOf(first)) continue;
    throw new GradloomError(
      "ragged",
      `${place}: row ${at} is ${kindOf(rows[at])} and row 0 ${kindOf(first)}; rows must be of one kind and length`,
    );
  }
  return { data: concatenated(rows), shape: [rows.length, first.length], dtype };
}

function kindOf(row: unknown): string {
  return isTypedArray(row) ? `${Object.prototype.toString.call(row).slice(8, -1)}(${row.length})` : "no typed array";
}

/** What core takes the array for; an error for arrays that it does not take, and those that lost their memory. */
function dtypeOf(data: TypedArray): DType {
  return tensor(data.length > 0 ? data.subarray(0, 0) : data).dtype;
}

function isTypedArray(given: unknown): given is TypedArray {
  return ArrayBuffer.isView(given);
}

function isRows(given: Numbers): given is readonly TypedArray[] {
  return Array.isArray(given) && isTypedArray(given[0]);
}

function isShaped(given: Numbers): given is Extract<ShapedNumbers, { readonly data: TypedArray }> {
  return typeof given === "object" && given !== null && "data" in given && isTypedArray(given.data);
}

function checkFinite(place: string, { data, shape }: Column): void {
  for (let index = 0; index < data.length; index++) {
    if (Number.isFinite(data[index])) continue;
    const position = positionOf(index, shape).join(", ");
    // Why: One NaN or infinity in the data makes every weight NaN within a step, so arrays look for them first.
    throw new GradloomError(
      "data-not-finite",
      `${place}: the number at [${position}] is ${data[index]}; data must be finite, so leave such samples out or fill the gaps`,
    );
  }
}

function positionOf(index: number, shape: Shape): readonly number[] {
  const position: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
