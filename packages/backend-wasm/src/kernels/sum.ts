import { type DType, dtypes, type None, type Region } from "@gradloom/core/backend";
import type { Expression, Local, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f32x4, f64x2, i32x4, shuffle, v128 } from "../assembler/lanes.ts";
import { i32 } from "../assembler/scalars.ts";
import { loadOne, loadQuad, type Quad, storeOne, storeQuad, upper } from "../elements/quad.ts";
import { callOf, type Lowering } from "../program/call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";

/** Running totals of four neighbouring elements: floats add up in doubles, whole numbers modulo 2^32. */
class Totals {
  private readonly code: FunctionBuilder;
  private readonly dtype: DType;
  readonly parts: readonly Local<"v128">[];

  constructor(code: FunctionBuilder, dtype: DType) {
    this.code = code;
    this.dtype = dtype;
    const count = dtypes[dtype].class === "float" ? 2 : 1;
    this.parts = Array.from({ length: count }, () => code.let(v128.constant(0)));
  }

  /** Adds quads that are summed first as they are: a few roundings of single precision at most. */
  add(quads: readonly Quad[]): void {
    const terms = pairwise(quads, (a, b) => a.map((part, at) => this.plus(part, b[at]!)));
    this.widened(terms).forEach((term, at) => this.code.set(this.parts[at]!, this.wide(this.parts[at]!, term)));
  }

  /** The sum of the four, in the first lane. */
  fold(): void {
    const [first, second] = this.parts;
    if (second !== undefined) this.code.set(first!, f64x2.add(first!, second));
    else this.code.set(first!, i32x4.add(first!, upper(first!)));
    const odd = second === undefined ? [1, 1, 1, 1] : [1, 1];
    this.code.set(first!, this.wide(first!, shuffle(first!, first!, odd)));
  }

  /** The totals in the dtype. */
  rounded(): Quad {
    if (this.dtype !== "float32") return this.parts;
    const [first, second] = this.parts.map((part) => f32x4.fromDoubles(part));
    return [shuffle(first!, second!, [0, 2])];
  }

  private plus(a: Vector, b: Vector): Vector {
    return this.dtype === "float32" ? f32x4.add(a, b) : this.wide(a, b);
  }

  private wide(a: Vector, b: Vector): Vector {
    return this.parts.length === 2 ? f64x2.add(a, b) : i32x4.add(a, b);
  }

  private widened(quad: Quad): Quad {
    if (this.dtype !== "float32") return quad;
    const singles = this.code.let(quad[0]!);
    return [f64x2.fromSingles(singles), f64x2.fromSingles(upper(singles))];
  }
}

/** ((a + b) + (c + d)) + … */
function pairwise<Item>(items: readonly Item[], add: (a: Item, b: Item) => Item): Item {
  if (items.length === 1) return items[0]!;
  const half = items.length >> 1;
  return add(pairwise(items.slice(0, half), add), pairwise(items.slice(half), add));
}

/** Rows, or quads of a row, whose numbers are added as they are before they join the totals. */
const block = 4;

/** y[row] = Σ_position x[row, position]; a task is a row */
function sumRows(dtype: DType): Kernel<"x" | "y" | "length"> {
  const { bytes } = dtypes[dtype];
  return kernel(`sumRows ${dtype}`, ["x", "y", "length"], (code, { x, y, length, from, to }) => {
    code.advance(x, i32.mul(from, i32.mul(length, bytes)));
    code.advance(y, i32.mul(from, bytes));
    code.repeat(i32.sub(to, from), () => {
      const totals = new Totals(code, dtype);
      const take = (count: Expression<"i32">, quads: number): void =>
        code.repeat(count, () => {
          totals.add(Array.from({ length: quads }, (_, at) => loadQuad(dtype, i32.add(x, at * 4 * bytes))));
          code.advance(x, quads * 4 * bytes);
        });
      take(i32.shiftRightUnsigned(length, 4), block);
      take(i32.and(i32.shiftRightUnsigned(length, 2), block - 1), 1);
      code.repeat(i32.and(length, 3), () => {
        totals.add([loadOne(dtype, x)]);
        code.advance(x, bytes);
      });
      totals.fold();
      storeOne(code, dtype, y, totals.rounded());
      code.advance(y, bytes);
    });
  });
}

/** Columns of a task. */
const strip = 16;

/** y[outer, column] = Σ_row x[outer, row, column]; a task is up to sixteen columns of one outer index */
function sumColumns(dtype: DType): Kernel<"x" | "y" | "length" | "inner" | "strips"> {
  const { bytes } = dtypes[dtype];
  return kernel(
    `sumColumns ${dtype}`,
    ["x", "y", "length", "inner", "strips"],
    (code, { x, y, length, inner, strips, from, to }) => {
      const stride = code.let(i32.mul(inner, bytes));
      code.for(from, to, 1, (task) => {
        const outer = code.let(i32.divUnsigned(task, strips));
        const column = code.let(i32.mul(i32.sub(task, i32.mul(outer, strips)), strip));
        const left = code.let(minimum(i32.sub(inner, column), i32.constant(strip)));
        const at = (base: Local<"i32">, rows: Expression<"i32">): Local<"i32"> =>
          code.let(i32.add(base, i32.mul(i32.add(i32.mul(rows, inner), column), bytes)));
        const source = at(x, i32.mul(outer, length));
        const target = at(y, outer);
        const columns = (quads: number): void => {
          const count = Math.max(1, 4 * quads);
          sumStrip(code, dtype, source, stride, length, quads).forEach((totals, quad) =>
            quads === 0
              ? storeOne(code, dtype, target, totals.rounded())
              : storeQuad(code, dtype, i32.add(target, quad * 4 * bytes), totals.rounded()),
          );
          code.advance(source, count * bytes);
          code.advance(target, count * bytes);
        };
        code.when(
          i32.equal(left, strip),
          () => columns(strip / 4),
          () => {
            code.repeat(i32.shiftRightUnsigned(left, 2), () => columns(1));
            code.repeat(i32.and(left, 3), () => columns(0));
          },
        );
      });
    },
  );
}

/** The totals of so many quads of columns, or of one column if there are none, over all rows. */
function sumStrip(
  code: FunctionBuilder,
  dtype: DType,
  source: Local<"i32">,
  stride: Local<"i32">,
  length: Local<"i32">,
  quads: number,
): readonly Totals[] {
  const totals = Array.from({ length: Math.max(1, quads) }, () => new Totals(code, dtype));
  const row = code.let(source);
  const load = quads === 0 ? loadOne : loadQuad;
  const take = (count: Expression<"i32">, rows: number): void =>
    code.repeat(count, () => {
      const lines: Local<"i32">[] = [row];
      while (lines.length < rows) lines.push(code.let(i32.add(lines.at(-1)!, stride)));
      totals.forEach((total, quad) =>
        total.add(lines.map((line) => load(dtype, i32.add(line, quad * 4 * dtypes[dtype].bytes)))),
      );
      code.set(row, i32.add(lines.at(-1)!, stride));
    });
  take(i32.shiftRightUnsigned(length, 2), block);
  take(i32.and(length, block - 1), 1);
  return totals;
}

/** y[outer, inner] = Σ_position x[outer, position, inner] */
export const sum: Lowering<None> = ([x], [y]) => {
  const [outer, length, inner] = (x as Region).shape as readonly [number, number, number];
  const values = { x: x!, y: y!, length };
  if (inner === 1) return [callOf(sumRows(x!.dtype), values, outer)];
  const strips = Math.ceil(inner / strip);
  return [callOf(sumColumns(x!.dtype), { ...values, inner, strips }, outer * strips)];
};
