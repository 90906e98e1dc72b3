import { dtypes, type Region } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import { broadcast } from "../kernels/movement.ts";
import type { Call, Scratch } from "../program/call.ts";
import type { Runs, Stretch } from "./stretch.ts";

/** The names of the parameters that arrange runs: sizes of the axes after the first, and bytes of a step along each axis for each input. */
export function runParameters(axes: number, stretched: readonly number[]): readonly string[] {
  return [
    ...Array.from({ length: Math.max(0, axes - 1) }, (_, at) => `size${at + 1}`),
    ...stretched.flatMap((input) => Array.from({ length: axes }, (_, axis) => `step${axis}of${input}`)),
  ];
}

/** What these parameters are given, for stretched inputs among the operands. */
export function runValues(
  runs: Runs | undefined,
  stretched: readonly number[],
  operands: readonly Region[],
): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  runs?.sizes.forEach((count, axis) => (values[`size${axis}`] = count));
  stretched.forEach((input, at) =>
    runs!.strides[at]!.forEach(
      (stride, axis) => (values[`step${axis}of${input}`] = stride * dtypes[operands[input]!.dtype].bytes),
    ),
  );
  return values;
}

/** A stretched input as elements in scratch memory, where it does not come in long runs. */
export function writtenOut(
  input: Region,
  { shape, to }: Stretch,
  scratch: Scratch,
): { readonly region: Region; readonly calls: readonly Call[] } {
  const region = scratch.reserve({ shape: to, dtype: input.dtype });
  return { region, calls: broadcast([{ ...input, shape }], [region], { shape: to }, scratch) };
}

/** Where the numbers of a run are, for each stretched input. */
export function addressesOf(
  code: FunctionBuilder,
  variables: Readonly<Record<string, Local<"i32">>>,
  run: Local<"i32">,
  axes: number,
  stretched: readonly number[],
): readonly Local<"i32">[] {
  const places: Local<"i32">[] = [];
  let rest = run;
  for (let axis = axes - 1; axis > 0; axis--) {
    const size = variables[`size${axis}`]!;
    const next = code.let(i32.divUnsigned(rest, size));
    places[axis] = code.let(i32.sub(rest, i32.mul(next, size)));
    rest = next;
  }
  places[0] = rest;
  return stretched.map((input) =>
    code.let(
      places.reduce(
        (address: Expression<"i32">, place, axis) =>
          i32.add(address, i32.mul(place, variables[`step${axis}of${input}`]!)),
        variables[`x${input}`]!,
      ),
    ),
  );
}
