import type { Callable, Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { ModuleBuilder } from "../../assembler/module-builder.ts";
import { i32, select } from "../../assembler/scalars.ts";
import { type Kernel, kernel, minimum } from "../kernel.ts";
import { addRun, copyRun } from "../runs.ts";
import type { Element } from "./element.ts";
import { definePanel } from "./pack.ts";
import { columnBlock, defineTile, innerBlock, type Locals, rowBlock, type Tiling, tilingFor } from "./tile.ts";

/** Lines of a task, which are rows or columns of y: a multiple of every tile's. */
export const taskLines = 48;

/** Numbers of a tile, at most. */
const tileNumbers = 64;

/** Bytes that a product needs for packed blocks of A and B and for a tile at the edge. */
export function packedBytes({ bytes }: Element, rows: number, inner: number, columns: number): number {
  const lines = Math.min(rows, rowBlock) + Math.min(columns, columnBlock) + 32;
  return (Math.min(inner, innerBlock) * lines + tileNumbers) * bytes;
}

/** Strides and steps are in bytes; `stepA`, `stepB` and `stepY` are from one line of the tasks to the next. */
const names = [
  "a",
  "b",
  "y",
  "rows",
  "inner",
  "columns",
  "strideA",
  "strideB",
  "transposeA",
  "transposeB",
  "batchA",
  "batchB",
  "lines",
  "stepA",
  "stepB",
  "stepY",
  "blocks",
  "scratch",
] as const;

/** The parameters of a packed product. */
export type PackedName = (typeof names)[number];

/**
 * y[batch, row, column] = Σ_k a[batch, row, k] b[batch, k, column] through packed slivers (Goto and van de Geijn 2008, Anatomy of high-performance
 * matrix multiplication, https://doi.org/10.1145/1356052.1356053). `blocks` tasks make a matrix: each does so many lines.
 */
export function packedProduct(element: Element): Kernel<PackedName> {
  return kernel(`matmul ${element.name}`, names, (code, variables, module) => {
    const { a, b, y, rows, inner, columns, strideA, strideB, transposeA, transposeB, blocks, from, to } = variables;
    const product = defineProduct(module, element);
    const strideY = code.let(i32.mul(columns, element.bytes));
    const byColumns = code.let(i32.equal(variables.stepA, 0));
    const task = code.let(from);
    code.while(i32.less(task, to), () => {
      const batch = code.let(i32.divUnsigned(task, blocks));
      const block = code.let(i32.sub(task, i32.mul(batch, blocks)));
      const count = code.let(minimum(i32.sub(blocks, block), i32.sub(to, task)));
      const first = code.let(i32.mul(block, taskLines));
      const some = code.let(minimum(i32.mul(count, taskLines), i32.sub(variables.lines, first)));
      const at = (base: Local<"i32">, stride: Expression<"i32">, step: Local<"i32">): Expression<"i32"> =>
        i32.add(base, i32.add(i32.mul(batch, stride), i32.mul(first, step)));
      code.run(
        product,
        at(a, variables.batchA, variables.stepA),
        at(b, variables.batchB, variables.stepB),
        at(y, i32.mul(rows, strideY), variables.stepY),
        select(byColumns, rows, some),
        inner,
        select(byColumns, some, columns),
        strideA,
        strideB,
        strideY,
        transposeA,
        transposeB,
        variables.scratch,
      );
      code.advance(task, count);
    });
  });
}

/** One product, block by block: a panel of B for each block of columns and steps, a panel of A for each block of rows. */
function defineProduct(module: ModuleBuilder, element: Element): Callable {
  const tiling = tilingFor(element, module.target.relaxed);
  const { bytes } = element;
  const panelA = definePanel(module, element, tiling.rows);
  const panelB = tiling.columns === tiling.rows ? panelA : definePanel(module, element, tiling.columns);
  const block = defineBlock(module, element, tiling);
  return module.define(new Array<"i32">(12).fill("i32"), undefined, (code, locals) => {
    const [a, b, y, rows, inner, columns, strideA, strideB, strideY, transposeA, transposeB, scratch] =
      locals as readonly Local<"i32">[] as never as Locals<12>;
    const stepsOfBlock = even(code, inner, innerBlock, 1);
    const rowsOfBlock = even(code, rows, rowBlock, tiling.rows);
    const columnsOfBlock = even(code, columns, columnBlock, tiling.columns);
    const packedA = code.let(i32.add(scratch, tileNumbers * bytes));
    const packedB = code.let(i32.add(packedA, i32.mul(i32.mul(rowsOfBlock, stepsOfBlock), bytes)));
    const at = (
      base: Local<"i32">,
      line: Local<"i32">,
      step: Local<"i32">,
      stride: Local<"i32">,
      turn: Expression<"i32">,
    ): Expression<"i32"> =>
      i32.add(
        base,
        select(
          turn,
          i32.add(i32.mul(line, stride), i32.mul(step, bytes)),
          i32.add(i32.mul(step, stride), i32.mul(line, bytes)),
        ),
      );
    const blocks = (
      total: Local<"i32">,
      size: Local<"i32">,
      each: (first: Local<"i32">, count: Local<"i32">) => void,
    ): void => code.for(0, total, size, (first) => each(first, code.let(minimum(i32.sub(total, first), size))));
    const turnA = code.let(i32.isZero(transposeA));
    blocks(columns, columnsOfBlock, (column, columnCount) =>
      blocks(inner, stepsOfBlock, (step, stepCount) => {
        const fromB = at(b, column, step, strideB, transposeB);
        code.run(panelB, columnCount, stepCount, fromB, strideB, packedB, transposeB);
        blocks(rows, rowsOfBlock, (row, rowCount) => {
          code.run(panelA, rowCount, stepCount, at(a, row, step, strideA, turnA), strideA, packedA, turnA);
          const target = i32.add(y, i32.add(i32.mul(row, strideY), i32.mul(column, bytes)));
          code.run(block, rowCount, columnCount, stepCount, packedA, packedB, target, strideY, step, scratch);
        });
      }),
    );
  });
}

/** The size of blocks of at most so many lines that divides the lines evenly, as a multiple. */
function even(code: FunctionBuilder, lines: Local<"i32">, most: number, multiple: number): Local<"i32"> {
  const up = (a: Expression<"i32">, b: Expression<"i32">): Expression<"i32"> =>
    i32.divUnsigned(i32.sub(i32.add(a, b), 1), b);
  const parts = code.let(up(lines, i32.constant(most)));
  const units = up(up(lines, parts), i32.constant(multiple));
  return code.let(i32.mul(units, multiple));
}

/** y[rows, columns] (+)= packed A · packed B, tile by tile; a tile that reaches past the last column goes through `edge`. */
function defineBlock(module: ModuleBuilder, element: Element, { rows: height, columns: width }: Tiling): Callable {
  const { bytes } = element;
  const tiles = Array.from({ length: height }, (_, at) => defineTile(module, element, at + 1, width));
  return module.define(new Array<"i32">(9).fill("i32"), undefined, (code, locals) => {
    const [rows, columns, steps, packedA, packedB, y, strideY, accumulate, edge] =
      locals as readonly Local<"i32">[] as never as Locals<9>;
    const sliverB = code.let(packedB);
    code.for(0, columns, width, (column) => {
      const columnCount = code.let(minimum(i32.sub(columns, column), i32.constant(width)));
      const sliverA = code.let(packedA);
      const target = code.let(i32.add(y, i32.mul(column, bytes)));
      code.for(0, rows, height, (row) => {
        const rowCount = code.let(minimum(i32.sub(rows, row), i32.constant(height)));
        const tile = (to: Expression<"i32">, stride: Expression<"i32">, adds: Expression<"i32">): void =>
          ofHeight(code, tiles, rowCount, (callable) =>
            code.run(callable, steps, sliverA, height * bytes, sliverB, to, stride, adds),
          );
        code.when(
          i32.equal(columnCount, width),
          () => tile(target, strideY, accumulate),
          () => {
            tile(edge, i32.constant(width * bytes), i32.constant(0));
            copyEdge(code, module, element, edge, width, target, strideY, rowCount, columnCount, accumulate);
          },
        );
        code.advance(sliverA, i32.mul(steps, height * bytes));
        code.advance(target, i32.mul(strideY, height));
      });
      code.advance(sliverB, i32.mul(steps, width * bytes));
    });
  });
}

/** Calls the tile that has so many rows. */
function ofHeight(
  code: FunctionBuilder,
  tiles: readonly Callable[],
  rows: Local<"i32">,
  run: (tile: Callable) => void,
  height: number = tiles.length,
): void {
  if (height === 1) return run(tiles[0]!);
  code.when(
    i32.equal(rows, height),
    () => run(tiles[height - 1]!),
    () => ofHeight(code, tiles, rows, run, height - 1),
  );
}

/** The part of a tile that lies within y. */
function copyEdge(
  code: FunctionBuilder,
  module: ModuleBuilder,
  element: Element,
  edge: Local<"i32">,
  width: number,
  target: Local<"i32">,
  strideY: Local<"i32">,
  rows: Local<"i32">,
  columns: Local<"i32">,
  accumulate: Local<"i32">,
): void {
  const length = code.let(i32.mul(columns, element.bytes));
  const [from, to] = [code.let(edge), code.let(target)];
  code.repeat(rows, () => {
    code.when(
      accumulate,
      () => addRun(code, module, element.name, to, from, columns),
      () => copyRun(code, element.bytes, to, from, length),
    );
    code.advance(from, width * element.bytes);
    code.advance(to, strideY);
  });
}
