import { dtypes, type Region } from "@gradloom/core/backend";
import { i32, strided } from "../assembler/scalars.ts";
import { type Argument, type Call, callOf } from "./call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { definePlane, planeNames, type PlaneName } from "./plane.ts";

/** One axis of a walk: its number of steps, and how many elements a step goes in x and in y. */
export interface Axis {
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

/** Sizes of the axes before rows, and the steps along each in x and y. */
type Name = PlaneName | `${"size" | "x" | "y"}${number}`;

/** y[toStart + Σ step·axis.y] = x[fromStart + Σ step·axis.x] for every step of every axis */
export function moveCall(x: Region, fromStart: number, y: Region, toStart: number, axes: readonly Axis[]): Call {
  const { bytes } = dtypes[x.dtype];
  const walked = joined(axes);
  const [rows, columns] = walked.splice(-2) as [Axis, Axis];
  const values: Record<Name, Argument> = {
    x: { region: x, bytes: fromStart * bytes },
    y: { region: y, bytes: toStart * bytes },
    rows: rows.size,
    xRow: rows.x * bytes,
    yRow: rows.y * bytes,
    columns: columns.size,
    xStep: columns.x * bytes,
    yStep: columns.y * bytes,
  };
  walked.forEach((axis, at) => {
    values[`size${at}`] = axis.size;
    values[`x${at}`] = axis.x * bytes;
    values[`y${at}`] = axis.y * bytes;
  });
  return callOf(
    moveKernel(bytes, walked.length),
    values,
    walked.reduce((product, { size }) => product * size, rows.size) * Math.sign(columns.size),
  );
}

/** The same walk in at least two axes, and no more than needed: an axis whose step is the whole next axis continues it. */
function joined(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const last = result.at(-1);
    if (last !== undefined && last.x === axis.size * axis.x && last.y === axis.size * axis.y)
      result[result.length - 1] = { size: last.size * axis.size, x: axis.x, y: axis.y };
    else result.push(axis);
  }
  if (result.length === 0) result.push({ size: 1, x: 1, y: 1 });
  if (result.length === 1) result.unshift({ size: 1, x: 0, y: 0 });
  return result;
}

/** A task is a row: the last axis. Before rows there are so many outer axes. Steps are in bytes. */
function moveKernel(bytes: number, outer: number): Kernel<Name> {
  const outerNames = Array.from({ length: outer }, (_, at) => [`size${at}`, `x${at}`, `y${at}`] as const).flat();
  return kernel<Name>(`move ${bytes} ${outer}`, [...planeNames, ...outerNames], (code, variables, module) => {
    const movePlane = definePlane(module, bytes);
    const { rows, xRow, yRow, from, to } = variables;
    const row = code.let(from);
    code.while(i32.less(row, to), () => {
      const [at, first] = code.divide(row, rows);
      const count = code.let(minimum(i32.sub(rows, first), i32.sub(to, row)));
      const x = code.let(strided(variables.x, [first, xRow]));
      const y = code.let(strided(variables.y, [first, yRow]));
      for (let axis = outer - 1; axis >= 0; axis--) {
        const size = variables[`size${axis}`]!;
        const next = code.let(axis === 0 ? i32.constant(0) : i32.divUnsigned(at, size));
        const step = code.let(i32.sub(at, i32.mul(next, size)));
        code.advance(x, i32.mul(step, variables[`x${axis}`]!));
        code.advance(y, i32.mul(step, variables[`y${axis}`]!));
        code.set(at, next);
      }
      movePlane(code, { ...variables, x, y, rows: count });
      code.advance(row, count);
    });
  });
}
