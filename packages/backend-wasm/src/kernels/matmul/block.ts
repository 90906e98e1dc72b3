import type { Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { ModuleBuilder } from "../../assembler/module-builder.ts";
import { i32 } from "../../assembler/scalars.ts";
import { pieces, type Procedure, procedure } from "../kernel.ts";
import { addRun, copyRun } from "../runs.ts";
import type { Element } from "./element.ts";
import { defineTile, nextRows, type Tile, type Tiling } from "./tile.ts";

const names = ["rows", "columns", "steps", "packedA", "packedB", "y", "strideY", "accumulate", "edge"] as const;

/** y[rows, columns] (+)= packed A · packed B, tile by tile along the rows of y; those that reach past the last column go by `edge`. */
export function defineBlock(
  module: ModuleBuilder,
  element: Element,
  { rows: height, columns: width }: Tiling,
): Procedure<(typeof names)[number]> {
  const { bytes } = element;
  const tiles = Array.from({ length: height }, (_, at) => defineTile(module, element, at + 1, width));
  return procedure(module, names, (code, variables) => {
    const { rows, columns, steps, packedA, packedB, y, strideY, accumulate, edge } = variables;
    code.while(rows, () => {
      const rowCount = code.let(nextRows(rows, height));
      const [sliverB, target] = [code.let(packedB), code.let(y)];
      pieces(code, columns, width, (_, columnCount) => {
        const tile = (
          to: Expression<"i32">,
          yStep: Expression<"i32"> | number,
          adds: Expression<"i32"> | number,
        ): void =>
          ofHeight(code, tiles, rowCount, (write) =>
            write(code, { steps, a: packedA, aStep: height * bytes, b: sliverB, y: to, yStep, accumulate: adds }),
          );
        code.when(
          i32.equal(columnCount, width),
          () => tile(target, strideY, accumulate),
          () => {
            tile(edge, width * bytes, 0);
            const lineBytes = code.let(i32.mul(columnCount, bytes));
            const [from, to] = [code.let(edge), code.let(target)];
            code.repeat(rowCount, () => {
              code.when(
                accumulate,
                () => addRun(code, module, element.name, to, from, columnCount),
                () => copyRun(code, bytes, to, from, lineBytes),
              );
              code.advance(from, width * bytes);
              code.advance(to, strideY);
            });
          },
        );
        code.advance(sliverB, i32.mul(steps, width * bytes));
        code.advance(target, width * bytes);
      });
      code.advance(packedA, i32.mul(steps, height * bytes));
      code.advance(y, i32.mul(strideY, rowCount));
      code.set(rows, i32.sub(rows, rowCount));
    });
  });
}

/** Writes the call of the tile that has `rows` rows. */
function ofHeight(
  code: FunctionBuilder,
  tiles: readonly Tile[],
  rows: Local<"i32">,
  run: (tile: Tile) => void,
  height: number = tiles.length,
): void {
  if (height === 1) return run(tiles[0]!);
  code.when(
    i32.equal(rows, height),
    () => run(tiles[height - 1]!),
    () => ofHeight(code, tiles, rows, run, height - 1),
  );
}
