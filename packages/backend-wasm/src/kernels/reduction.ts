import { type DType, dtypes, type None } from "@gradloom/core/backend";
import type { Expression, Local, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { shuffle } from "../assembler/lanes.ts";
import { i32 } from "../assembler/scalars.ts";
import type { Site } from "../elements/arithmetic.ts";
import { loadOne, loadQuad, type Quad, storeOne, storeQuad, upper } from "../elements/quad.ts";
import { callOf, type Lowering } from "../program/call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";

/** How numbers along an axis become one. Totals may be of another kind than the numbers: one vector, or two of doubles. */
export interface Reducer {
  readonly name: string;
  /** The totals of no numbers at all. */
  start(dtype: DType): Quad;
  /** Two quads of numbers as one; the first comes first. */
  combine(site: Site, a: Quad, b: Quad): Quad;
  /** Numbers as totals. */
  widen(site: Site, numbers: Quad): Quad;
  /** Two totals as one; operands are variables. */
  merge(site: Site, a: Quad, b: Quad): Quad;
  /** Totals as numbers. */
  narrow(dtype: DType, totals: Quad): Quad;
  /** Mends the number at `y` that became of a row of single numbers, read in lanes, which begins at `x`. */
  readonly mend?: (code: FunctionBuilder, dtype: DType, x: Local<"i32">, y: Local<"i32">) => void;
}

/** Quads whose numbers are combined as they are before they join the totals. */
const block = 4;

/** Running totals of four neighbouring numbers. */
class Totals {
  private readonly site: Site;
  private readonly reducer: Reducer;
  private readonly parts: readonly Local<"v128">[];

  constructor(reducer: Reducer, site: Site) {
    this.site = site;
    this.reducer = reducer;
    this.parts = reducer.start(site.dtype).map((part) => site.code.let(part));
  }

  take(quads: readonly Quad[]): void {
    const { reducer, site } = this;
    const terms = pairwise(quads.map(this.kept), (a, b) => this.kept(reducer.combine(site, a, b)));
    const totals = this.kept(reducer.widen(site, terms));
    reducer.merge(site, this.parts, totals).forEach((part, at) => site.code.set(this.parts[at]!, part));
  }

  /** Puts the total of the four into the first lane; from then on, only that lane counts. */
  fold(): void {
    const [first, second] = this.parts;
    const merge = (other: Vector): void => {
      const [merged] = this.reducer.merge(this.site, [first!], this.kept([other]));
      this.site.code.set(first!, merged!);
    };
    merge(second ?? upper(first!));
    merge(shuffle(first!, first!, second === undefined ? [1, 1, 1, 1] : [1, 1]));
  }

  numbers(): Quad {
    return this.reducer.narrow(this.site.dtype, this.parts);
  }

  private readonly kept = (quad: Quad): Quad => quad.map((vector) => this.site.code.let(vector));
}

/** (a, b), (c, d), … as one, by halves */
function pairwise<Item>(items: readonly Item[], combine: (a: Item, b: Item) => Item): Item {
  if (items.length === 1) return items[0]!;
  const half = items.length >> 1;
  return combine(pairwise(items.slice(0, half), combine), pairwise(items.slice(half), combine));
}

/** y[row] = the total of x[row, 0], x[row, 1], …; a task is a row */
function reduceRows(reducer: Reducer, dtype: DType): Kernel<"x" | "y" | "length"> {
  const { bytes } = dtypes[dtype];
  return kernel(`${reducer.name} rows ${dtype}`, ["x", "y", "length"], (code, { x, y, length, from, to }, module) => {
    code.advance(x, i32.mul(from, i32.mul(length, bytes)));
    code.advance(y, i32.mul(from, bytes));
    code.repeat(i32.sub(to, from), () => {
      const start = code.let(x);
      const totals = new Totals(reducer, { code, module, dtype });
      const take = (count: Expression<"i32">, quads: number): void =>
        code.repeat(count, () => {
          totals.take(Array.from({ length: quads }, (_, at) => loadQuad(dtype, i32.add(x, at * 4 * bytes))));
          code.advance(x, quads * 4 * bytes);
        });
      take(i32.shiftRightUnsigned(length, 4), block);
      take(i32.and(i32.shiftRightUnsigned(length, 2), block - 1), 1);
      totals.fold();
      code.repeat(i32.and(length, 3), () => {
        totals.take([loadOne(dtype, x)]);
        code.advance(x, bytes);
      });
      storeOne(code, dtype, y, totals.numbers());
      reducer.mend?.(code, dtype, start, y);
      code.advance(y, bytes);
    });
  });
}

/** Columns of a task. */
const strip = 16;

/** y[outer, column] = the total of x[outer, 0, column], x[outer, 1, column], …; a task is up to sixteen columns of one outer index */
function reduceColumns(reducer: Reducer, dtype: DType): Kernel<"x" | "y" | "length" | "inner" | "strips"> {
  const { bytes } = dtypes[dtype];
  return kernel(
    `${reducer.name} columns ${dtype}`,
    ["x", "y", "length", "inner", "strips"],
    (code, { x, y, length, inner, strips, from, to }, module) => {
      const site: Site = { code, module, dtype };
      const stride = code.let(i32.mul(inner, bytes));
      code.for(from, to, 1, (task) => {
        const outer = code.let(i32.divUnsigned(task, strips));
        const column = code.let(i32.mul(i32.sub(task, i32.mul(outer, strips)), strip));
        const left = code.let(minimum(i32.sub(inner, column), i32.constant(strip)));
        const at = (base: Local<"i32">, rows: Expression<"i32">): Local<"i32"> =>
          code.let(i32.add(base, i32.mul(i32.add(i32.mul(rows, inner), column), bytes)));
        const source = at(x, i32.mul(outer, length));
        const target = at(y, outer);
        const columns = (size: 16 | 4 | 1): void => {
          const store = size === 1 ? storeOne : storeQuad;
          reduceStrip(reducer, site, source, stride, length, size).forEach((totals, quad) =>
            store(code, dtype, i32.add(target, quad * 4 * bytes), totals.numbers()),
          );
          code.advance(source, size * bytes);
          code.advance(target, size * bytes);
        };
        code.when(
          i32.equal(left, strip),
          () => columns(strip),
          () => {
            code.repeat(i32.shiftRightUnsigned(left, 2), () => columns(4));
            code.repeat(i32.and(left, 3), () => columns(1));
          },
        );
      });
    },
  );
}

/** The totals of so many columns, in quads or as one number, over all rows. */
function reduceStrip(
  reducer: Reducer,
  site: Site,
  source: Local<"i32">,
  stride: Local<"i32">,
  length: Local<"i32">,
  columns: 16 | 4 | 1,
): readonly Totals[] {
  const { code, dtype } = site;
  const totals = Array.from({ length: Math.ceil(columns / 4) }, () => new Totals(reducer, site));
  const row = code.let(source);
  const load = columns === 1 ? loadOne : loadQuad;
  const take = (count: Expression<"i32">, rows: number): void =>
    code.repeat(count, () => {
      const lines: Local<"i32">[] = [row];
      while (lines.length < rows) lines.push(code.let(i32.add(lines.at(-1)!, stride)));
      totals.forEach((total, quad) =>
        total.take(lines.map((line) => load(dtype, i32.add(line, quad * 4 * dtypes[dtype].bytes)))),
      );
      code.set(row, i32.add(lines.at(-1)!, stride));
    });
  take(i32.shiftRightUnsigned(length, 2), block);
  take(i32.and(length, block - 1), 1);
  return totals;
}

/** y[outer, inner] = the total of x[outer, 0, inner], x[outer, 1, inner], … */
export function reduction(reducer: Reducer): Lowering<None> {
  return ([x], [y]) => {
    const [outer, length, inner] = x!.shape as readonly [number, number, number];
    const values = { x: x!, y: y!, length };
    if (inner === 1) return [callOf(reduceRows(reducer, x!.dtype), values, outer)];
    const strips = Math.ceil(inner / strip);
    return [callOf(reduceColumns(reducer, x!.dtype), { ...values, inner, strips }, outer * strips)];
  };
}
