import { v128 } from "../../assembler/lanes.ts";
import type { ModuleBuilder, Target } from "../../assembler/module-builder.ts";
import { type Procedure, procedure } from "../kernel.ts";
import type { Element } from "./element.ts";

/** How a product is divided: blocks that stay in the caches, and tiles whose sums stay in registers. */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
}

/** Steps along the inner axis that packed slivers hold: a sliver of B (8 kB, 16 if wide) stays in the first-level cache. */
export const innerBlock = 256;
/** Rows of A that are packed together: 192 kB in the second-level cache. */
export const rowBlock = 192;
/** Columns of B that are packed together. */
export const columnBlock = 2048;

/** Numbers of a tile, at most. */
export const tileNumbers = 96;

/**
 * Tiles that fill the sixteen vector registers of x86: six rows of two vectors with multiply-add (57 of 57 GFLOP/s on a Zen 4 core at 3.6 GHz, Node
 * 24), four where a product needs a register of its own between (40 on Node 20, 45 on Node 24; six rows spill, 29). Where the engine joins vectors
 * in pairs, twice as many fill them (106 of 115 GFLOP/s with multiply-add, 90 without).
 */
export function tilingFor(element: Element, { relaxed, wide = false }: Pick<Target, "relaxed" | "wide">): Tiling {
  const vectors = wide && element.name === "float32" ? 4 : 2;
  return { rows: relaxed && element.name !== "int32" ? 6 : 4, columns: vectors * element.lanes };
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
