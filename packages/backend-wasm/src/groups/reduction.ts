import { dtypes, type DType, type None } from "@gradloom/core/backend";
import type { Local } from "../assembler/expression.ts";
import { i32 } from "../assembler/scalars.ts";
import { loadOne, loadQuad, storeOne, storeQuad } from "../mathematics/quad.ts";
import { rowCalls } from "./group-calls.ts";
import type { Lowering } from "../kernels/call.ts";
import { inFours } from "../kernels/runs.ts";
import { stripCall, stripKernel } from "../kernels/strips.ts";
import { type Reducer, Totals } from "../kernels/totals.ts";

/** y[outer, column] = the total of x[outer, 0, column], x[outer, 1, column], …; four numbers are combined before they join the totals */
function reduceColumns(reducer: Reducer, dtype: DType): ReturnType<typeof stripKernel> {
  const { bytes } = dtypes[dtype];
  return stripKernel(`${reducer.name} columns`, dtype, (site, { columns, x, y, length, stride }) => {
    const { code } = site;
    const [load, store] = columns === 1 ? [loadOne, storeOne] : [loadQuad, storeQuad];
    const totals = Array.from({ length: Math.ceil(columns / 4) }, () => new Totals(reducer, site));
    const row = code.let(x);
    inFours(code, length, (rows) => {
      const lines: Local<"i32">[] = [row];
      while (lines.length < rows) lines.push(code.let(i32.add(lines.at(-1)!, stride)));
      totals.forEach((total, quad) => total.take(lines.map((line) => load(dtype, i32.add(line, quad * 4 * bytes)))));
      code.set(row, i32.add(lines.at(-1)!, stride));
    });
    totals.forEach((total, quad) => store(code, dtype, i32.add(y, quad * 4 * bytes), total.numbers()));
  });
}

/** y[outer, inner] = the total of x[outer, 0, inner], x[outer, 1, inner], … */
export function reduction(computation: Reducer): Lowering<None> {
  return ({ inputs: [x], outputs: [y] }, scratch) => {
    const [outer, length, inner] = x!.shape as readonly [number, number, number];
    const { dtype } = x!;
    if (inner !== 1) return [stripCall(reduceColumns(computation, dtype), x!, y!, 1)];
    const body = [{ computation, attributes: {}, inputs: [0], dtype, perRow: true, phase: 0 }];
    return rowCalls(
      { inputs: [x!], outputs: [y!], attributes: { rows: outer, length, access: ["full"], body, results: [0] } },
      scratch,
    );
  };
}
