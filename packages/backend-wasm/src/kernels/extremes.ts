import { type DType, dtypes, type None } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { shuffle } from "../assembler/lanes.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { f32, f64, i32 } from "../assembler/scalars.ts";
import { maximum } from "../elements/arithmetic.ts";
import { loadOne, loadQuad, type Quad, storeOne, storeQuad } from "../elements/quad.ts";
import { callOf, type Lowering } from "../program/call.ts";
import { type Kernel, kernel } from "./kernel.ts";

/** The largest of quads so far: the first of equal values stays, NaN wins. */
class Largest {
  private readonly site: { readonly code: FunctionBuilder; readonly module: ModuleBuilder; readonly dtype: DType };
  readonly parts: readonly Local<"v128">[];

  constructor(code: FunctionBuilder, module: ModuleBuilder, dtype: DType, first: Quad) {
    this.site = { code, module, dtype };
    this.parts = first.map((part) => code.let(part));
  }

  take(quad: Quad): void {
    const { code } = this.site;
    const operands = [this.parts, quad.map((part) => code.let(part))];
    maximum(this.site, operands, {}).forEach((part, at) => code.set(this.parts[at]!, part));
  }

  /** The largest of the four, in the first lane. */
  fold(): void {
    const [first, second] = this.parts;
    if (second !== undefined) {
      this.take([second, second]);
      this.take([shuffle(first!, first!, [1, 1]), second]);
    } else {
      this.take([shuffle(first!, first!, [2, 3, 2, 3])]);
      this.take([shuffle(first!, first!, [1, 1, 1, 1])]);
    }
  }
}

/** y[row] = max_position x[row, position], length ≥ 1; a task is a row */
function maxRows(dtype: DType): Kernel<"x" | "y" | "length"> {
  const { bytes } = dtypes[dtype];
  return kernel(`maxRows ${dtype}`, ["x", "y", "length"], (code, { x, y, length, from, to }, module) => {
    code.advance(x, i32.mul(from, i32.mul(length, bytes)));
    code.advance(y, i32.mul(from, bytes));
    code.repeat(i32.sub(to, from), () => {
      const start = code.let(x);
      const quads = code.let(i32.shiftRightUnsigned(length, 2));
      const largest = new Largest(code, module, dtype, loadOne(dtype, x).map(sameLanes));
      code.repeat(quads, () => {
        largest.take(loadQuad(dtype, x));
        code.advance(x, 4 * bytes);
      });
      largest.fold();
      code.repeat(i32.and(length, 3), () => {
        largest.take(loadOne(dtype, x));
        code.advance(x, bytes);
      });
      storeOne(code, dtype, y, largest.parts);
      if (dtypes[dtype].class === "float") keepFirstZero(code, dtype, y, start);
      code.advance(y, bytes);
    });
  });
}

/** The first lane in all lanes, of the first part. */
function sameLanes(part: Quad[number], at: number, quad: Quad): Quad[number] {
  return shuffle(quad[0]!, quad[0]!, quad.length === 2 ? [0, 0] : [0, 0, 0, 0]);
}

/** Lanes lose the order of -0 and 0, which are equal: where the largest is one of them, it is the first that is there. */
function keepFirstZero(code: FunctionBuilder, dtype: DType, y: Local<"i32">, start: Local<"i32">): void {
  const isZero = (address: Expression<"i32">): Expression<"i32"> =>
    dtype === "float64" ? f64.equal(f64.load(address), 0) : f32.equal(f32.load(address), 0);
  code.when(isZero(y), () => {
    code.while(i32.isZero(isZero(start)), () => code.advance(start, dtypes[dtype].bytes));
    storeOne(code, dtype, y, loadOne(dtype, start));
  });
}

/** y[outer, column] = max_row x[outer, row, column], length ≥ 1; a task is an outer index */
function maxColumns(dtype: DType): Kernel<"x" | "y" | "length" | "inner"> {
  const { bytes } = dtypes[dtype];
  return kernel(
    `maxColumns ${dtype}`,
    ["x", "y", "length", "inner"],
    (code, { x, y, length, inner, from, to }, module) => {
      const stride = code.let(i32.mul(inner, bytes));
      code.advance(x, i32.mul(from, i32.mul(length, stride)));
      code.advance(y, i32.mul(from, stride));
      code.repeat(i32.sub(to, from), () => {
        const columns = (count: Expression<"i32">, size: 4 | 1): void =>
          code.repeat(count, () => {
            const [load, store] = size === 4 ? [loadQuad, storeQuad] : [loadOne, storeOne];
            const row = code.let(x);
            const largest = new Largest(code, module, dtype, load(dtype, row));
            code.repeat(i32.sub(length, 1), () => {
              code.advance(row, stride);
              largest.take(load(dtype, row));
            });
            store(code, dtype, y, largest.parts);
            code.advance(x, size * bytes);
            code.advance(y, size * bytes);
          });
        columns(i32.shiftRightUnsigned(inner, 2), 4);
        columns(i32.and(inner, 3), 1);
        code.advance(x, i32.mul(i32.sub(length, 1), stride));
      });
    },
  );
}

/** y[outer, inner] = max_position x[outer, position, inner]; NaN wins, the first of equal values stays; bool: any */
export const max: Lowering<None> = ([x], [y]) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  const values = { x: x!, y: y!, length };
  if (inner === 1) return [callOf(maxRows(x!.dtype), values, outer)];
  return [callOf(maxColumns(x!.dtype), { ...values, inner }, inner === 0 ? 0 : outer)];
};

/** An element of any dtype as a double, which holds all their values. */
export function loadDouble(dtype: DType, address: Expression<"i32">): Expression<"f64"> {
  if (dtype === "float64") return f64.load(address);
  if (dtype === "float32") return f64.fromSingle(f32.load(address));
  if (dtype === "int32") return f64.fromInteger(i32.load(address));
  return f64.fromUnsigned(dtype === "uint32" ? i32.load(address) : i32.load8(address));
}

/** y[lane] = argmax_position x[outer, position, inner]: the first of equal maxima, NaN counts as the maximum; a task is a lane */
function argMaxKernel(dtype: DType): Kernel<"x" | "y" | "length" | "inner"> {
  const { bytes } = dtypes[dtype];
  return kernel(`argMax ${dtype}`, ["x", "y", "length", "inner"], (code, { x, y, length, inner, from, to }) => {
    const stride = code.let(i32.mul(inner, bytes));
    code.for(from, to, 1, (lane) => {
      const outer = code.let(i32.divUnsigned(lane, inner));
      const column = i32.sub(lane, i32.mul(outer, inner));
      const at = code.let(i32.add(x, i32.add(i32.mul(outer, i32.mul(length, stride)), i32.mul(column, bytes))));
      const most = code.let(loadDouble(dtype, at));
      const best = code.let(i32.constant(0));
      code.for(1, length, 1, (position) => {
        code.advance(at, stride);
        const value = code.let(loadDouble(dtype, at));
        const isNew = i32.and(f64.notEqual(value, value), f64.equal(most, most));
        code.when(i32.or(f64.greater(value, most), isNew), () => {
          code.set(most, value);
          code.set(best, position);
        });
      });
      code.store(i32, i32.add(y, i32.shiftLeft(lane, 2)), best);
    });
  });
}

/** y[outer, inner] = argmax_position x[outer, position, inner] */
export const argMax: Lowering<None> = ([x], [y]) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  return [callOf(argMaxKernel(x!.dtype), { x: x!, y: y!, length, inner }, outer * inner)];
};
