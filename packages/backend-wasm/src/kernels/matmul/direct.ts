import type { Expression, Local, Vector } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { shuffle, v128 } from "../../assembler/lanes.ts";
import { i32, strided } from "../../assembler/scalars.ts";
import { type Kernel, kernel, type Variables } from "../kernel.ts";
import type { Element } from "./element.ts";

/** Steps are in bytes: from row to row of A, along its inner axis, along the inner axis of B, from column to column. */
const names = [
  "a",
  "b",
  "y",
  "rows",
  "inner",
  "columns",
  "rowA",
  "innerA",
  "innerB",
  "columnB",
  "batchA",
  "batchB",
] as const;

type DirectName = (typeof names)[number];

/** Walks over the rows of y of all batches; a task is a row. `write` fills one row from a row of A and a matrix of B. */
function overRows(
  name: string,
  element: Element,
  write: (code: FunctionBuilder, row: Variables<"a" | "b" | "y">, variables: Variables<DirectName>) => void,
): Kernel<DirectName> {
  return kernel(`${name} ${element.name}`, names, (code, variables) => {
    const { rows, columns, rowA, batchA, batchB, from, to } = variables;
    const y = code.let(strided(variables.y, [from, i32.mul(columns, element.bytes)]));
    code.for(from, to, 1, (task) => {
      const [batch, row] = code.divide(task, rows);
      const a = code.let(strided(variables.a, [batch, batchA], [row, rowA]));
      const b = code.let(strided(variables.b, [batch, batchB]));
      write(code, { a, b, y }, variables);
    });
  });
}

/** The sum over the inner axis of a[k] times `line(b, k)`, one number of A and a vector of B at a time. */
function sumOver(
  code: FunctionBuilder,
  element: Element,
  variables: Variables<DirectName>,
  a: Local<"i32">,
  b: Local<"i32">,
  vectors: number,
): readonly Local<"v128">[] {
  const { inner, innerA, innerB } = variables;
  const [atA, atB] = [code.let(a), code.let(b)];
  const sums = Array.from({ length: Math.max(1, vectors) }, () => code.let(v128.constant(0)));
  code.repeat(inner, () => {
    const factor = code.let(element.loadSame(atA));
    sums.forEach((sum, at) => {
      const line = vectors === 0 ? element.loadFirst(atB) : v128.load(atB, 16 * at);
      code.set(sum, element.multiplyAdd(code, factor, line, sum));
    });
    code.advance(atA, innerA);
    code.advance(atB, innerB);
  });
  return sums;
}

/** Vectors of columns that are summed side by side, widest first; then come single columns. */
const passes = [4, 2, 1];

/** How often a row of neighbouring columns walks along the inner axis. */
export function passesOver(columns: number, lanes: number): number {
  let rest = columns;
  let count = 0;
  for (const vectors of passes) {
    count += Math.floor(rest / (vectors * lanes));
    rest %= vectors * lanes;
  }
  return count + rest;
}

/** y[row, column] = Σ_k a[row, k] b[k, column] for neighbouring columns of B, or one by one, in any layout of A */
export function columnProduct(element: Element): Kernel<DirectName> {
  const { bytes, lanes } = element;
  return overRows("matmulColumns", element, (code, { a, b, y }, variables) => {
    const { columns, columnB } = variables;
    const left = code.let(columns);
    const pass = (vectors: number, count: Expression<"i32">): void =>
      code.repeat(count, () => {
        const numbers = Math.max(1, vectors * lanes);
        sumOver(code, element, variables, a, b, vectors).forEach((sum, at) => {
          if (vectors === 0) element.storeFirst(code, y, sum);
          else code.store(v128, y, sum, 16 * at);
        });
        code.advance(b, vectors === 0 ? columnB : numbers * bytes);
        code.advance(y, numbers * bytes);
        code.advance(left, -numbers);
      });
    code.when(i32.equal(columnB, bytes), () => {
      for (const vectors of passes) pass(vectors, i32.divUnsigned(left, vectors * lanes));
    });
    pass(0, left);
  });
}

/** y[row, column] = Σ_k a[row, k] b[k, column], where both are neighbours along the inner axis */
export function innerProduct(element: Element): Kernel<DirectName> {
  const { bytes, lanes } = element;
  return overRows("matmulInner", element, (code, { a, b, y }, { inner, columns, columnB }) => {
    code.repeat(columns, () => {
      const [atA, atB] = [code.let(a), code.let(b)];
      const [sum, other] = [code.let(v128.constant(0)), code.let(v128.constant(0))];
      const take = (count: Expression<"i32">, size: number, add: () => void): void =>
        code.repeat(count, () => {
          add();
          code.advance(atA, size * bytes);
          code.advance(atB, size * bytes);
        });
      const accumulate = (total: Local<"v128">, x: Vector, z: Vector): void =>
        code.set(total, element.multiplyAdd(code, x, z, total));
      take(i32.divUnsigned(inner, 2 * lanes), 2 * lanes, () => {
        accumulate(sum, v128.load(atA), v128.load(atB));
        accumulate(other, v128.load(atA, 16), v128.load(atB, 16));
      });
      code.set(sum, element.add(sum, other));
      take(i32.and(i32.divUnsigned(inner, lanes), 1), lanes, () => accumulate(sum, v128.load(atA), v128.load(atB)));
      if (lanes === 4) code.set(sum, element.add(sum, shuffle(sum, sum, [2, 3, 2, 3])));
      code.set(sum, element.add(sum, shuffle(sum, sum, lanes === 4 ? [1, 1, 1, 1] : [1, 1])));
      take(i32.and(inner, lanes - 1), 1, () => accumulate(sum, element.loadFirst(atA), element.loadFirst(atB)));
      element.storeFirst(code, y, sum);
      code.advance(y, bytes);
      code.advance(b, columnB);
    });
  });
}
