import type { DType } from "@gradloom/core/backend";
import type { Expression, Local, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { firstLane, shuffle, v128 } from "../assembler/lanes.ts";
import type { Site } from "../mathematics/formula.ts";
import { type Quad, upper } from "../mathematics/quad.ts";

/** How numbers along an axis become one. Totals may be of another kind than the numbers: one vector, or two of doubles. */
export interface Reducer {
  /** Tells reducers apart in the names of kernels. */
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
  /** Sets the total of floats in the first lane anew, where their order can matter: they were read in lanes, and lie in memory from `x` on. */
  readonly secondPass?: (code: FunctionBuilder, dtype: DType, total: Local<"v128">, x: Local<"i32">) => void;
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

  /** Takes as many numbers in each lane as there are quads; only those of the first lane if `first`. */
  take(quads: readonly Quad[], first = false): void {
    const { reducer, site } = this;
    const terms = pairwise(quads.map(this.kept), (a, b) => this.kept(reducer.combine(site, a, b)));
    const merged = reducer.merge(site, this.parts, this.kept(reducer.widen(site, terms)));
    const next = first ? [v128.select(this.firstMask(), merged[0]!, this.parts[0]!)] : merged;
    next.forEach((part, at) => site.code.set(this.parts[at]!, part));
  }

  /** Takes a total that `storeTotal` wrote. */
  takeTotal(address: Local<"i32">): void {
    this.merge((this.bytes === 8 ? v128.loadFirst64 : v128.loadFirst32)(address));
  }

  /** Puts the total of the four into the first lane; from then on, only that lane counts. */
  fold(): void {
    const [first, second] = this.parts;
    this.merge(second ?? upper(first!));
    this.merge(shuffle(first!, first!, second === undefined ? [1, 1, 1, 1] : [1, 1]));
  }

  /** Reads the numbers again, which lie in memory from `x` on, where the total depends on their order. */
  secondPass(x: Local<"i32">): void {
    this.reducer.secondPass?.(this.site.code, this.site.dtype, this.parts[0]!, x);
  }

  numbers(): Quad {
    return this.reducer.narrow(this.site.dtype, this.parts);
  }

  /** Writes the total in the first lane, as it is. */
  storeTotal(address: Expression<"i32">): void {
    this.site.code.store(firstLane[this.bytes === 8 ? 64 : 32], address, this.parts[0]!);
  }

  /** Bytes of a total. */
  get bytes(): 4 | 8 {
    return this.parts.length === 2 ? 8 : 4;
  }

  private merge(other: Vector): void {
    const [first] = this.parts;
    const [merged] = this.reducer.merge(this.site, [first!], this.kept([other]));
    this.site.code.set(first!, merged!);
  }

  private firstMask(): Vector {
    const [none, all] = [v128.constant(0), v128.constant(-1)];
    return this.site.code.let(shuffle(all, none, this.bytes === 8 ? [0, 2] : [0, 4, 4, 4]));
  }

  private readonly kept = (quad: Quad): Quad => quad.map((vector) => this.site.code.let(vector));
}

/** (a, b), (c, d), … as one, by halves */
function pairwise<Item>(items: readonly Item[], combine: (a: Item, b: Item) => Item): Item {
  if (items.length === 1) return items[0]!;
  const half = items.length >> 1;
  return combine(pairwise(items.slice(0, half), combine), pairwise(items.slice(half), combine));
}
