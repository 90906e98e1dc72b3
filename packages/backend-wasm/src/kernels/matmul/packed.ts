import type { Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { ModuleBuilder } from "../../assembler/module-builder.ts";
import { i32, select, strided } from "../../assembler/scalars.ts";
import { type Kernel, kernel, minimum, pieces, type Procedure, procedure } from "../kernel.ts";
import { defineBlock } from "./block.ts";
import type { Element } from "./element.ts";
import { definePanel } from "./pack.ts";
import { columnBlock, innerBlock, nextRows, rowBlock, tileNumbers, tilingFor } from "./tile.ts";

/** Lines of a task: multiples of the rows of tiles with multiply-add, and of the columns of every tile. */
export const taskLines = { rows: 12, columns: 16 } as const;

/** Bytes that a product needs for packed blocks of A and B and for a tile at the edge. */
export function packedBytes({ bytes }: Element, rows: number, inner: number, columns: number): number {
  const lines = Math.min(rows, rowBlock) + Math.min(columns, columnBlock) + 32;
  return (Math.min(inner, innerBlock) * lines + tileNumbers) * bytes;
}

/** What one product and a batch of them are given. Strides are in bytes. */
const shared = [
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
  "scratch",
] as const;

/** Steps are in bytes; `stepA`, `stepB` and `stepY` are from one line of the tasks to the next. */
const ofBatches = ["batchA", "batchB", "lines", "stepA", "stepB", "stepY", "blocks", "taskLines"] as const;

type SharedName = (typeof shared)[number];

type PackedName = SharedName | (typeof ofBatches)[number];

type ProductName = SharedName | "strideY";

/**
 * y[batch, row, column] = Σ_k a[batch, row, k] b[batch, k, column] through packed slivers (Goto and van de Geijn 2008, Anatomy of high-performance
 * matrix multiplication, https://doi.org/10.1145/1356052.1356053). `blocks` tasks make a matrix: each does the lines of a block.
 */
export function packedProduct(element: Element): Kernel<PackedName> {
  return kernel(`matmul ${element.name}`, [...shared, ...ofBatches], (code, variables, module) => {
    const { a, b, y, rows, columns, blocks, taskLines: size, from, to } = variables;
    const product = defineProduct(module, element);
    const strideY = code.let(i32.mul(columns, element.bytes));
    const byColumns = code.let(i32.equal(variables.stepA, 0));
    const task = code.let(from);
    code.while(i32.less(task, to), () => {
      const [batch, block] = code.divide(task, blocks);
      const count = code.let(minimum(i32.sub(blocks, block), i32.sub(to, task)));
      const first = code.let(i32.mul(block, size));
      const some = code.let(minimum(i32.mul(count, size), i32.sub(variables.lines, first)));
      const at = (base: Local<"i32">, stride: Expression<"i32">, step: Local<"i32">): Expression<"i32"> =>
        strided(base, [batch, stride], [first, step]);
      product(code, {
        ...variables,
        a: at(a, variables.batchA, variables.stepA),
        b: at(b, variables.batchB, variables.stepB),
        y: at(y, i32.mul(rows, strideY), variables.stepY),
        rows: select(byColumns, rows, some),
        columns: select(byColumns, some, columns),
        strideY,
      });
      code.advance(task, count);
    });
  });
}

/** One product, block by block: a panel of B for each block of columns and steps, a panel of A for each block of rows. */
function defineProduct(module: ModuleBuilder, element: Element): Procedure<ProductName> {
  const tiling = tilingFor(element, module.options);
  const { bytes } = element;
  const panelA = definePanel(module, element, tiling.rows, nextRows);
  const panelB = definePanel(module, element, tiling.columns, (left, most) => minimum(left, i32.constant(most)));
  const multiply = defineBlock(module, element, tiling);
  return procedure(module, [...shared, "strideY"], (code, variables) => {
    const { a, b, y, rows, inner, columns, strideA, strideB, strideY, transposeB, scratch } = variables;
    const turnA = code.let(i32.isZero(variables.transposeA));
    const stepsOfBlock = even(code, inner, innerBlock, 1);
    const rowsOfBlock = even(code, rows, rowBlock, tiling.rows);
    const columnsOfBlock = even(code, columns, columnBlock, tiling.columns);
    const packedA = code.let(i32.add(scratch, tileNumbers * bytes));
    const packedB = code.let(strided(packedA, [i32.mul(rowsOfBlock, stepsOfBlock), bytes]));
    pieces(code, columns, columnsOfBlock, (column, columnCount) =>
      pieces(code, inner, stepsOfBlock, (step, steps) => {
        const fromB = placeOf(b, column, step, strideB, transposeB, bytes);
        panelB(code, { lines: columnCount, steps, from: fromB, stride: strideB, to: packedB, turn: transposeB });
        pieces(code, rows, rowsOfBlock, (row, rowCount) => {
          const fromA = placeOf(a, row, step, strideA, turnA, bytes);
          panelA(code, { lines: rowCount, steps, from: fromA, stride: strideA, to: packedA, turn: turnA });
          multiply(code, {
            rows: rowCount,
            columns: columnCount,
            steps,
            packedA,
            packedB,
            y: strided(y, [row, strideY], [column, bytes]),
            strideY,
            accumulate: step,
            edge: scratch,
          });
        });
      }),
    );
  });
}

/** Where a line and step of a factor are: lines are neighbours, or, if `turn`, steps. */
function placeOf(
  base: Local<"i32">,
  line: Local<"i32">,
  step: Local<"i32">,
  stride: Local<"i32">,
  turn: Expression<"i32">,
  bytes: number,
): Expression<"i32"> {
  const far = select(turn, line, step);
  const near = select(turn, step, line);
  return strided(base, [far, stride], [near, bytes]);
}

/** The size of blocks of at most `most` lines that divides the lines evenly, as a multiple. */
function even(code: FunctionBuilder, lines: Local<"i32">, most: number, multiple: number): Local<"i32"> {
  const up = (a: Expression<"i32">, b: Expression<"i32">): Expression<"i32"> =>
    i32.divUnsigned(i32.sub(i32.add(a, b), 1), b);
  const parts = code.let(up(lines, i32.constant(most)));
  const units = up(up(lines, parts), i32.constant(multiple));
  return code.let(i32.mul(units, multiple));
}
