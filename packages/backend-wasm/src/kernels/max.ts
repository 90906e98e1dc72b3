import { type DType, dtypes, isFloat, type None } from "@gradloom/core/backend";
import type { Expression, Vector } from "../assembler/expression.ts";
import { i32x4 } from "../assembler/lanes.ts";
import { f32, f64, i32 } from "../assembler/scalars.ts";
import { maximum } from "../elements/arithmetic.ts";
import { lanesOf, loadOne, storeOne } from "../elements/quad.ts";
import type { Lowering } from "../program/call.ts";
import { reduction } from "./reduction.ts";
import type { Reducer } from "./totals.ts";

/** A number that no other of the dtype is below, in all lanes. */
function least(dtype: DType): Vector {
  if (isFloat(dtype)) return lanesOf(dtype).constant(-Infinity);
  return i32x4.constant(dtype === "int32" ? -0x80000000 : 0);
}

/** Lanes lose the order of -0 and 0, which are equal: where the largest is one of them, it is the first that is there. */
const keepFirstZero: Reducer["mend"] = (code, dtype, x, y) => {
  if (!isFloat(dtype)) return;
  const isZero = (address: Expression<"i32">): Expression<"i32"> =>
    dtype === "float64" ? f64.equal(f64.load(address), 0) : f32.equal(f32.load(address), 0);
  code.when(isZero(y), () => {
    code.while(i32.isZero(isZero(x)), () => code.advance(x, dtypes[dtype].bytes));
    storeOne(code, dtype, y, loadOne(dtype, x));
  });
};

/** y[outer, inner] = max_position x[outer, position, inner]; NaN wins, the first of equal values stays; bool: any */
export const max: Lowering<None> = /*#__PURE__*/ reduction({
  name: "max",
  start: (dtype) => (dtype === "float64" ? [least(dtype), least(dtype)] : [least(dtype)]),
  combine: (site, a, b) => maximum(site, [a, b], {}),
  widen: (_, numbers) => numbers,
  merge: (site, a, b) => maximum(site, [a, b], {}),
  narrow: (_, totals) => totals,
  mend: keepFirstZero,
});
