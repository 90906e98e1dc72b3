import { type DType, dtypes, type None } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32 } from "../assembler/scalars.ts";
import { loadOne, loadQuad, storeOne, storeQuad } from "../elements/quad.ts";
import { callOf, type Lowering } from "../program/call.ts";
import { type Kernel, kernel } from "./kernel.ts";
import { stripCall, stripKernel } from "./strips.ts";
import { type Reducer, Totals } from "./totals.ts";

/** Quads whose numbers are combined as they are before they join the totals. */
const block = 4;

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

/** y[outer, column] = the total of x[outer, 0, column], x[outer, 1, column], … */
function reduceColumns(reducer: Reducer, dtype: DType): ReturnType<typeof stripKernel> {
  const { bytes } = dtypes[dtype];
  return stripKernel(`${reducer.name} columns`, dtype, (site, { columns, x, y, length, stride }) => {
    const { code } = site;
    const [load, store] = columns === 1 ? [loadOne, storeOne] : [loadQuad, storeQuad];
    const totals = Array.from({ length: Math.ceil(columns / 4) }, () => new Totals(reducer, site));
    const row = code.let(x);
    const take = (count: Expression<"i32">, rows: number): void =>
      code.repeat(count, () => {
        const lines: Local<"i32">[] = [row];
        while (lines.length < rows) lines.push(code.let(i32.add(lines.at(-1)!, stride)));
        totals.forEach((total, quad) => total.take(lines.map((line) => load(dtype, i32.add(line, quad * 4 * bytes)))));
        code.set(row, i32.add(lines.at(-1)!, stride));
      });
    take(i32.shiftRightUnsigned(length, 2), block);
    take(i32.and(length, block - 1), 1);
    totals.forEach((total, quad) => store(code, dtype, i32.add(y, quad * 4 * bytes), total.numbers()));
  });
}

/** y[outer, inner] = the total of x[outer, 0, inner], x[outer, 1, inner], … */
export function reduction(reducer: Reducer): Lowering<None> {
  return ([x], [y]) => {
    const [outer, length, inner] = x!.shape as readonly [number, number, number];
    if (inner !== 1) return [stripCall(reduceColumns(reducer, x!.dtype), x!, y!, 1)];
    return [callOf(reduceRows(reducer, x!.dtype), { x: x!, y: y!, length }, outer)];
  };
}
