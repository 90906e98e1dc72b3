import type { Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { shuffle, v128 } from "../assembler/lanes.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32, strided } from "../assembler/scalars.ts";
import { minimum, type Procedure, procedure, type Variables } from "./kernel.ts";
import { copyElement, copyRun } from "./runs.ts";

/** Two axes, and how many bytes a step along each goes in x and in y. */
export const planeNames = ["x", "y", "rows", "xRow", "yRow", "columns", "xStep", "yStep"] as const;

/** The parameters of a plane. */
export type PlaneName = (typeof planeNames)[number];

/** Moves rows of columns: runs of neighbours as a whole, transposes in squares, anything else one by one. */
export function definePlane(module: ModuleBuilder, bytes: number): Procedure<PlaneName> {
  return procedure(module, planeNames, (code, variables) => {
    const { x, y, rows, xRow, yRow, columns, xStep, yStep } = variables;
    const each = (moveRow: () => void): void =>
      code.repeat(rows, () => {
        moveRow();
        code.advance(x, xRow);
        code.advance(y, yRow);
      });
    const oneByOne = (): void =>
      each(() => {
        const [from, to] = [code.let(x), code.let(y)];
        code.repeat(columns, () => {
          copyElement(code, bytes, to, from);
          code.advance(from, xStep);
          code.advance(to, yStep);
        });
      });
    code.when(
      i32.and(i32.equal(xStep, bytes), i32.equal(yStep, bytes)),
      () => {
        const length = code.let(i32.mul(columns, bytes));
        each(() => copyRun(code, bytes, y, x, length));
      },
      () => {
        if (bytes !== 4) return oneByOne();
        const isTransposed = i32.and(i32.equal(xRow, bytes), i32.equal(yStep, bytes));
        code.when(isTransposed, () => transpose(code, variables), oneByOne);
      },
    );
  });
}

/** Columns walked together, so that a cache line of x serves all the rows that it has numbers for. */
const band = 64;

/** y[row, column] = x[column, row] for elements of four bytes, in squares of four by four, the rest one by one */
function transpose(code: FunctionBuilder, { x, y, rows, yRow, columns, xStep }: Variables<PlaneName>): void {
  code.for(0, columns, band, (start) => {
    const end = code.let(minimum(i32.add(start, band), columns));
    const whole = code.let(i32.sub(end, i32.and(i32.sub(end, start), 3)));
    const placesOf = (row: Local<"i32">, column: Local<"i32">): readonly [Local<"i32">, Local<"i32">] => [
      code.let(strided(x, [row, 4], [column, xStep])),
      code.let(strided(y, [row, yRow], [column, 4])),
    ];
    const single = (row: Local<"i32">, first: Local<"i32">): void => {
      const [source, target] = placesOf(row, first);
      code.repeat(i32.sub(end, first), () => {
        copyElement(code, 4, target, source);
        code.advance(source, xStep);
        code.advance(target, 4);
      });
    };
    const wholeRows = code.let(i32.and(rows, -4));
    code.for(0, wholeRows, 4, (row) => {
      const [source, target] = placesOf(row, start);
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
