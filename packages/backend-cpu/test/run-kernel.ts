import {
  type DType,
  dtypes,
  type Kernel,
  type Primitives,
  type Shape,
  sizeOf,
  type View,
} from "@gradloom/core/backend";
import { expect } from "vitest";
import { kernels } from "../src/kernels.ts";

/** A shape, a dtype and the numbers in row-major order. */
export interface Numbers {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** What a kernel is to fill. */
export type Blank = Omit<Numbers, "values">;

const before = 5;
const after = 3;

/** A view in the middle of an array in the middle of a buffer, with numbers on both sides that nobody may touch. */
function embedded({ dtype, shape }: Blank, values: readonly number[] | undefined): View {
  const size = sizeOf(shape);
  const { array, bytes } = dtypes[dtype];
  const length = before + size + after;
  const data = new array(new ArrayBuffer((length + 1) * bytes), bytes, length).fill(77);
  if (values === undefined) data.fill(99, before, before + size);
  else data.set(values, before);
  return { data, offset: before, size, shape, dtype };
}

function inside(view: View): number[] {
  return Array.from(view.data.subarray(view.offset, view.offset + view.size));
}

/** Runs a kernel on views inside larger arrays: outputs hold other numbers before; inputs and surroundings must stay as they are. */
export function runKernel<Name extends keyof Primitives>(
  name: Name,
  inputs: readonly Numbers[],
  outputs: readonly Blank[],
  attributes: Primitives[Name],
): number[][] {
  const read = inputs.map((input) => embedded(input, input.values));
  const copies = read.map(({ data }) => data.slice());
  const written = outputs.map((output) => embedded(output, undefined));
  (kernels[name] as Kernel<Primitives[Name]>)(read, written, attributes);
  read.forEach(({ data }, at) => expect(data.every((value, i) => Object.is(value, copies[at]![i]))).toBe(true));
  for (const { data, size } of written) {
    expect(Array.from(data.subarray(0, before))).toEqual([77, 77, 77, 77, 77]);
    expect(Array.from(data.subarray(before + size))).toEqual([77, 77, 77]);
  }
  return written.map(inside);
}

/** Runs an element-wise kernel whose output is its input number `place`. */
function runInPlace<Name extends keyof Primitives>(
  name: Name,
  inputs: readonly Numbers[],
  place: number,
  attributes: Primitives[Name],
): number[] {
  const views = inputs.map((input) => embedded(input, input.values));
  (kernels[name] as Kernel<Primitives[Name]>)(views, [views[place]!], attributes);
  return inside(views[place]!);
}

/** The numbers as an array of this dtype stores them. */
export function stored(dtype: DType, values: readonly number[]): number[] {
  return Array.from(new dtypes[dtype].array(values));
}

/** Checks an element-wise kernel into an output of its own, and over each input that has the output's dtype. */
export function expectEach(
  name: keyof Primitives,
  inputs: readonly Numbers[],
  dtype: DType,
  expected: readonly number[],
): void {
  const [{ shape }] = inputs as readonly [Numbers];
  const attributes = { dtype } as never;
  expect(runKernel(name, inputs, [{ dtype, shape }], attributes)).toEqual([stored(dtype, expected)]);
  inputs.forEach((input, at) => {
    if (input.dtype === dtype) expect(runInPlace(name, inputs, at, attributes)).toEqual(stored(dtype, expected));
  });
}
