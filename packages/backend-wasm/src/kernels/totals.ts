import type { DType } from "@gradloom/core/backend";
import type { Local, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { shuffle } from "../assembler/lanes.ts";
import type { Site } from "../elements/arithmetic.ts";
import { type Quad, upper } from "../elements/quad.ts";

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

/** Running totals of four neighbouring numbers. */
export class Totals {
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
