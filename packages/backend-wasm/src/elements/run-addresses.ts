import { dtypes, type Region } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import type { Runs } from "./stretch.ts";

/** What tells a kernel where runs are: their length, sizes of the axes, and bytes of a step along each axis for each stretched input. */
export function runValues(
  { length, axes }: Runs,
  stretched: readonly number[],
  operands: readonly Region[],
): Readonly<Record<string, number>> {
  const values: Record<string, number> = { run: length };
  axes.forEach(({ size, steps }, axis) => {
    values[`size${axis}`] = size;
    stretched.forEach(
      (input, at) => (values[`step${axis}of${input}`] = steps[at]! * dtypes[operands[input]!.dtype].bytes),
    );
  });
  return values;
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
