import { type DType, dtypes, type Primitives } from "@gradloom/core/backend";
import { i32 } from "../assembler/scalars.ts";
import { loadOne, loadQuad, storeOne, storeQuad } from "../mathematics/quad.ts";
import type { Lowering } from "./call.ts";
import { stripCall, stripKernel } from "./strips.ts";
import { sumReducer } from "./sum.ts";
import { Totals } from "./totals.ts";

/** y[outer, row, column] = the total of the x[outer, r, column] of the rows that the walk has met */
function cumsumKernel(dtype: DType): ReturnType<typeof stripKernel> {
  const { bytes } = dtypes[dtype];
  return stripKernel("cumsum", dtype, (site, { columns, x, y, length, stride }) => {
    const { code } = site;
    const [load, store] = columns === 1 ? [loadOne, storeOne] : [loadQuad, storeQuad];
    const totals = Array.from({ length: Math.ceil(columns / 4) }, () => new Totals(sumReducer, site));
    const [from, to] = [code.let(x), code.let(y)];
    code.repeat(length, () => {
      totals.forEach((total, quad) => {
        total.take([load(dtype, i32.add(from, quad * 4 * bytes))]);
        store(code, dtype, i32.add(to, quad * 4 * bytes), total.numbers());
      });
      code.advance(from, stride);
      code.advance(to, stride);
    });
  });
}

/** y[outer, position, inner] = Σ_{p ≤ position} x[outer, p, inner], or over p ≥ position if `reverse`; floats add up in doubles */
export const cumsum: Lowering<Primitives["cumsum"]> = ({ inputs: [x], outputs: [y], attributes: { reverse } }) => [
  stripCall(cumsumKernel(x!.dtype), x!, y!, x!.shape[1]!, reverse),
];
