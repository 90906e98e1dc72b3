import { checkTensor } from "./apply.ts";
import type { DType, TypedArray } from "../tensor/dtype.ts";
import { type Shape, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";

/** Of more numbers, only those at the ends of long axes are shown. */
const mostNumbers = 1_000;
const ends = 3;
/** Significant digits of floats, and the most digits before the point that are written without an exponent. */
const digits = 6;

/** Writes what a tensor or variable is and its numbers to the console, in columns; of more than 1,000 numbers, those at the ends of each axis. */
export async function print(x: Tensor | Variable): Promise<void> {
  if (!(x instanceof Variable)) checkTensor("print", x);
  const data = await x.data();
  console.log(`${String(x)}\n${formatted(data, x.shape, x.dtype)}`);
}

function formatted(data: TypedArray, shape: Shape, dtype: DType): string {
  const isCut = data.length > mostNumbers;
  const strides = stridesOf(shape);
  const shown: number[] = [];
  const block = (axis: number, start: number, cell: (place: number) => string): string => {
    const size = shape[axis];
    if (size === undefined) return cell(start);
    const parts: string[] = [];
    for (let at = 0; at < size; at++) {
      const isLeftOut = isCut && at >= ends && at < size - ends;
      if (!isLeftOut) parts.push(block(axis + 1, start + at * strides[axis]!, cell));
      else if (at === ends) parts.push("...");
    }
    const below = shape.length - axis - 1;
    return `[${parts.join(below === 0 ? ", " : `,${"\n".repeat(below)}${" ".repeat(axis + 1)}`)}]`;
  };
  block(0, 0, (place) => String(shown.push(data[place]!)));
  const text = formatOf(shown, dtype);
  const width = Math.max(...shown.map((value) => text(value).length));
  return block(0, 0, (place) => text(data[place]!).padStart(width));
}

/** How the numbers are written: all with as many digits behind the point as one of them needs, or as short as they are if some are huge or tiny. */
function formatOf(values: readonly number[], dtype: DType): (value: number) => string {
  if (dtype === "bool") return (value) => String(value !== 0);
  const short = (value: number): string =>
    Object.is(value, -0) ? "-0" : String(Number.isFinite(value) ? Number(value.toPrecision(digits)) : value);
  const texts = values.filter(Number.isFinite).map(short);
  if (texts.some((text) => text.includes("e") || text.replace(/\..*|-/g, "").length > digits)) return short;
  const behind = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  return behind > digits + 2
    ? short
    : (value) =>
        Number.isFinite(value) && !Object.is(value, -0) ? Number(short(value)).toFixed(behind) : short(value);
}
