import type { Region } from "@gradloom/core/backend";
import type { Callable, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { shuffle, v128 } from "../assembler/lanes.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import { type Call, callOf } from "../program/call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { copyElement, copyRun } from "./runs.ts";

/** One axis of a walk: its number of steps, and how many elements a step goes in x and in y. */
export interface Axis {
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

/** y[toStart + Σ step·axis.y] = x[fromStart + Σ step·axis.x] for every step of every axis; elements of so many bytes */
export function moveCall(
  bytes: number,
  x: Region,
  fromStart: number,
  y: Region,
  toStart: number,
  axes: readonly Axis[],
): Call {
  const walked = joined(axes);
  const [rows, columns] = walked.splice(-2) as [Axis, Axis];
  const values: Record<string, Parameters<typeof callOf>[1][string]> = {
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

const plane = ["x", "y", "rows", "xRow", "yRow", "columns", "xStep", "yStep"] as const;

/** A task is a row: the last axis. Before rows there are so many outer axes. Steps are in bytes. */
function moveKernel(bytes: number, outer: number): Kernel<string> {
  const outerNames = Array.from({ length: outer }, (_, at) => [`size${at}`, `x${at}`, `y${at}`]).flat();
  return kernel(`move ${bytes} ${outer}`, [...plane, ...outerNames], (code, variables, module) => {
    const movePlane = definePlane(module, bytes);
    const { x, y, rows, xRow, yRow, columns, xStep, yStep, to } = variables as Record<string, Local<"i32">>;
    const row = code.let(variables["from"]!);
    code.while(i32.less(row, to!), () => {
      const at = code.let(i32.divUnsigned(row, rows!));
      const first = code.let(i32.sub(row, i32.mul(at, rows!)));
      const count = code.let(minimum(i32.sub(rows!, first), i32.sub(to!, row)));
      const from = code.let(i32.add(x!, i32.mul(first, xRow!)));
      const target = code.let(i32.add(y!, i32.mul(first, yRow!)));
      for (let axis = outer - 1; axis >= 0; axis--) {
        const size = variables[`size${axis}`]!;
        const next = code.let(axis === 0 ? i32.constant(0) : i32.divUnsigned(at, size));
        const step = code.let(i32.sub(at, i32.mul(next, size)));
        code.advance(from, i32.mul(step, variables[`x${axis}`]!));
        code.advance(target, i32.mul(step, variables[`y${axis}`]!));
        code.set(at, next);
      }
      code.run(movePlane, from, target, count, xRow!, yRow!, columns!, xStep!, yStep!);
      code.advance(row, count);
    });
  });
}

/** Moves rows of columns: runs of neighbours as a whole, transposes in squares, anything else one by one. */
function definePlane(module: ModuleBuilder, bytes: number): Callable {
  return module.define(
    plane.map(() => "i32" as const),
    undefined,
    (code, locals) => {
      const [x, y, rows, xRow, yRow, columns, xStep, yStep] = locals as readonly Local<"i32">[] as never as Plane;
      const each = (moveRow: (from: Local<"i32">, to: Local<"i32">) => void): void =>
        code.repeat(rows, () => {
          moveRow(x, y);
          code.advance(x, xRow);
          code.advance(y, yRow);
        });
      const oneByOne = (): void =>
        each((from, to) => {
          const [source, target] = [code.let(from), code.let(to)];
          code.repeat(columns, () => {
            copyElement(code, bytes, target, source);
            code.advance(source, xStep);
            code.advance(target, yStep);
          });
        });
      const isRun = i32.and(i32.equal(xStep, bytes), i32.equal(yStep, bytes));
      code.when(
        isRun,
        () => {
          const length = code.let(i32.mul(columns, bytes));
          each((from, to) => copyRun(code, bytes, to, from, length));
        },
        () => {
          if (bytes !== 4) return oneByOne();
          const isTransposed = i32.and(i32.equal(xRow, bytes), i32.equal(yStep, bytes));
          code.when(isTransposed, () => transpose(code, [x, y, rows, xRow, yRow, columns, xStep, yStep]), oneByOne);
        },
      );
    },
  );
}

type Plane = readonly [
  x: Local<"i32">,
  y: Local<"i32">,
  rows: Local<"i32">,
  xRow: Local<"i32">,
  yRow: Local<"i32">,
  columns: Local<"i32">,
  xStep: Local<"i32">,
  yStep: Local<"i32">,
];

/** Columns walked together, so that a cache line of x serves all the rows that it has numbers for. */
const band = 64;

/** y[row, column] = x[column, row] for elements of four bytes, in squares of four by four, the rest one by one */
function transpose(code: FunctionBuilder, [x, y, rows, , yRow, columns, xStep]: Plane): void {
  code.for(0, columns, band, (start) => {
    const end = code.let(minimum(i32.add(start, band), columns));
    const whole = code.let(i32.sub(end, i32.and(i32.sub(end, start), 3)));
    const rowOf = (row: Local<"i32">): Local<"i32"> =>
      code.let(i32.add(y, i32.add(i32.mul(row, yRow), i32.shiftLeft(start, 2))));
    const sourceOf = (row: Local<"i32">): Local<"i32"> =>
      code.let(i32.add(x, i32.add(i32.shiftLeft(row, 2), i32.mul(start, xStep))));
    const single = (row: Local<"i32">, first: Local<"i32">): void => {
      const source = code.let(i32.add(i32.add(x, i32.shiftLeft(row, 2)), i32.mul(first, xStep)));
      const target = code.let(i32.add(i32.add(y, i32.mul(row, yRow)), i32.shiftLeft(first, 2)));
      code.repeat(i32.sub(end, first), () => {
        copyElement(code, 4, target, source);
        code.advance(source, xStep);
        code.advance(target, 4);
      });
    };
    const wholeRows = code.let(i32.and(rows, -4));
    code.for(0, wholeRows, 4, (row) => {
      const source = sourceOf(row);
      const target = rowOf(row);
      code.for(start, whole, 4, () => {
        const lines = [0, 1, 2, 3].map(() => {
          const line = code.let(v128.load(source));
          code.advance(source, xStep);
          return line;
        });
        const at = code.let(target);
        for (const line of transposed(code, lines)) {
          code.store(v128, at, line);
          code.advance(at, yRow);
        }
        code.advance(target, 16);
      });
      code.for(row, i32.add(row, 4), 1, (each) => single(each, whole));
    });
    code.for(wholeRows, rows, 1, (row) => single(row, start));
  });
}

/** The columns of four rows of four lanes, as rows. */
export function transposed(code: FunctionBuilder, lines: readonly Local<"v128">[]): readonly Local<"v128">[] {
  const [a, b, c, d] = lines as readonly [Local<"v128">, Local<"v128">, Local<"v128">, Local<"v128">];
  const [low01, high01] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ].map((lanes) => code.let(shuffle(a, b, lanes)));
  const [low23, high23] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ].map((lanes) => code.let(shuffle(c, d, lanes)));
  return [
    shuffle(low01!, low23!, [0, 2]),
    shuffle(low01!, low23!, [1, 3]),
    shuffle(high01!, high23!, [0, 2]),
    shuffle(high01!, high23!, [1, 3]),
  ].map((line) => code.let(line));
}
