import { dtypes, mergeAxes, type Region, type StridedAxis } from "@gradloom/core/backend";
import { i32, strided } from "../assembler/scalars.ts";
import { type Argument, type Call, callOf } from "./call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { definePlane, planeNames, type PlaneName } from "./plane.ts";

/** Sizes of the axes before rows, and the steps along each in x and y. */
type Name = PlaneName | `${"size" | "x" | "y"}${number}`;

/** y[toStart + Σ step·axis.strides[1]] = x[fromStart + Σ step·axis.strides[0]] for every step of every axis */
export function moveCall(x: Region, fromStart: number, y: Region, toStart: number, axes: readonly StridedAxis[]): Call {
  const { bytes } = dtypes[x.dtype];
  const walked = mergeAxes(axes);
  while (walked.length < 2) walked.unshift({ size: 1, strides: [0, 0] });
  const [rows, columns] = walked.splice(-2) as [StridedAxis, StridedAxis];
  const bytesAlong = ({ strides }: StridedAxis, array: 0 | 1): number => strides[array]! * bytes;
  const values: Record<Name, Argument> = {
    x: { region: x, bytes: fromStart * bytes },
    y: { region: y, bytes: toStart * bytes },
    rows: rows.size,
    xRow: bytesAlong(rows, 0),
    yRow: bytesAlong(rows, 1),
    columns: columns.size,
    xStep: bytesAlong(columns, 0),
    yStep: bytesAlong(columns, 1),
  };
  walked.forEach((axis, at) => {
    values[`size${at}`] = axis.size;
    values[`x${at}`] = bytesAlong(axis, 0);
    values[`y${at}`] = bytesAlong(axis, 1);
  });
  return callOf(
    moveKernel(bytes, walked.length),
    values,
    walked.reduce((product, { size }) => product * size, rows.size) * Math.sign(columns.size),
  );
}

/** A task is a row: the last axis. Before rows there are `outer` axes. Steps are in bytes. */
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
