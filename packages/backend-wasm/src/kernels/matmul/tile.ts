import type { Expression, Local } from "../../assembler/expression.ts";
import { v128 } from "../../assembler/lanes.ts";
import type { ModuleBuilder, ModuleOptions } from "../../assembler/module-builder.ts";
import { i32, select } from "../../assembler/scalars.ts";
import { minimum, type Procedure, procedure } from "../kernel.ts";
import type { Element } from "./element.ts";

/** How a product is divided: blocks that stay in the caches, and tiles whose sums stay in registers. */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
}

/** Steps along the inner axis that packed slivers hold: a sliver of A (6 kB) stays in the first-level cache while those of B pass. */
export const innerBlock = 256;
/** Rows of A that are packed together: 48 kB, which stay in the second-level cache until tiles have read them. */
export const rowBlock = 48;
/** Columns of B that are packed together. */
export const columnBlock = 2048;

/** Numbers of a tile, at most. */
export const tileNumbers = 96;

/**
 * Tiles that fill the sixteen vector registers of x86: six rows of two vectors with multiply-add (57 of 57 GFLOP/s on a Zen 4 core at
 * 3.6 GHz, Node 24), five where a product needs a register of its own between (44 on Node 20 and 24, where four reach 41 and 46; six spill,
 * 28). Where the engine joins vectors in pairs, twice as many fill them (106 of 115 GFLOP/s with multiply-add, 86 without).
 */
export function tilingFor(
  element: Element,
  { relaxed, wide = false }: Pick<ModuleOptions, "relaxed" | "wide">,
): Tiling {
  const vectors = wide && element.name === "float32" ? 4 : 2;
  return { rows: relaxed && element.name !== "int32" ? 6 : 5, columns: vectors * element.lanes };
}

/**
 * How many of the rows that are left the next tile takes: as many as it can, but the last two tiles share theirs evenly, since fewer than
 * four rows wait for their sums as long as four.
 */
export function nextRows(left: Local<"i32">, most: number): Expression<"i32"> {
  const lasts = i32.and(i32.greater(left, most), i32.less(left, 2 * most));
  return select(lasts, i32.shiftRightUnsigned(i32.add(left, 1), 1), minimum(left, i32.constant(most)));
}

/** Writes a call of a tile. */
export type Tile = Procedure<"steps" | "a" | "aStep" | "b" | "y" | "yStep" | "accumulate">;

/** y[row, column] (+)= Σ_k a[k, row] b[k, column], from packed slivers; the sums stay in registers. */
export function defineTile(module: ModuleBuilder, element: Element, rows: number, columns: number): Tile {
  const { bytes, lanes } = element;
  const names = ["steps", "a", "aStep", "b", "y", "yStep", "accumulate"] as const;
  return procedure(module, names, (code, { steps, a, aStep, b, y, yStep, accumulate }) => {
    const vectors = columns / lanes;
    const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => code.local("v128")));
    const line = Array.from({ length: vectors }, () => code.local("v128"));
    const factor = code.local("v128");
    code.repeat(steps, () => {
      line.forEach((vector, at) => code.set(vector, v128.load(b, 16 * at)));
      sums.forEach((row, at) => {
        code.set(factor, element.loadSame(a, bytes * at));
        row.forEach((sum, column) => code.set(sum, element.multiplyAdd(code, factor, line[column]!, sum)));
      });
      code.advance(a, aStep);
      code.advance(b, columns * bytes);
    });
    const store = (accumulates: boolean): void =>
      sums.forEach((row, at) => {
        row.forEach((sum, column) =>
          code.store(v128, y, accumulates ? element.add(v128.load(y, 16 * column), sum) : sum, 16 * column),
        );
        if (at < rows - 1) code.advance(y, yStep);
      });
    code.when(
      accumulate,
      () => store(true),
      () => store(false),
    );
  });
}
