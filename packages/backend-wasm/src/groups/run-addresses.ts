import { dtypes, type Region } from "@gradloom/core/backend";
import type { Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { strided } from "../assembler/scalars.ts";
import type { Runs } from "./broadcast-runs.ts";

/** What tells a kernel where runs are: their length, sizes of the axes, and bytes of a step along each axis for each repeated input. */
export function runValues(
  { length, axes }: Runs,
  repeated: readonly number[],
  operands: readonly Region[],
): Readonly<Record<string, number>> {
  const values: Record<string, number> = { run: length };
  axes.forEach(({ size, strides }, axis) => {
    values[`size${axis}`] = size;
    repeated.forEach(
      (input, at) => (values[`step${axis}of${input}`] = strides[at]! * dtypes[operands[input]!.dtype].bytes),
    );
  });
  return values;
}

/** Where the numbers of a run are, for each repeated input. */
export function addressesOf(
  code: FunctionBuilder,
  variables: Readonly<Record<string, Local<"i32">>>,
  run: Local<"i32">,
  axes: number,
  repeated: readonly number[],
): readonly Local<"i32">[] {
  const places: Local<"i32">[] = [];
  let rest = run;
  for (let axis = axes - 1; axis > 0; axis--) {
    const size = variables[`size${axis}`]!;
    [rest, places[axis]] = code.divide(rest, size);
  }
  places[0] = rest;
  return repeated.map((input) =>
    code.let(
      strided(
        variables[`x${input}`]!,
        ...places.map((place, axis) => [place, variables[`step${axis}of${input}`]!] as const),
      ),
    ),
  );
}
