import { type DType, dtypes, isFloat } from "@gradloom/core/backend";
import type { Vector } from "../assembler/expression.ts";
import { f32x4, f64x2, i32x4 } from "../assembler/lanes.ts";
import { f32, f64 } from "../assembler/scalars.ts";
import { maximum } from "../mathematics/arithmetic.ts";
import { lanesOf, loadOne } from "../mathematics/quad.ts";
import type { Reducer } from "./totals.ts";

/** A number that no other of the dtype is below, in all lanes. */
function least(dtype: DType): Vector {
  if (isFloat(dtype)) return lanesOf(dtype).constant(-Infinity);
  return i32x4.constant(dtype === "int32" ? -0x80000000 : 0);
}

/** Lanes lose the order of -0 and 0, which are equal: where the largest is one of them, it is the first that is there. */
const keepFirstZero: Reducer["secondPass"] = (code, dtype, total, x) => {
  const isDouble = dtype === "float64";
  const isZero = isDouble ? f64.equal(f64x2.extract(total, 0), 0) : f32.equal(f32x4.extract(total, 0), 0);
  code.when(isZero, () => {
    const at = code.let(x);
    const differs = isDouble ? f64.notEqual(f64.load(at), 0) : f32.notEqual(f32.load(at), 0);
    code.while(differs, () => code.advance(at, dtypes[dtype].bytes));
    code.set(total, loadOne(dtype, at)[0]!);
  });
};

/** The largest number; NaN wins, the first of equal values stays; bool: any */
export const maxReducer: Reducer = {
  name: "max",
  start: (dtype) => (dtype === "float64" ? [least(dtype), least(dtype)] : [least(dtype)]),
  combine: (site, a, b) => maximum(site, [a, b], {}),
  widen: (_, numbers) => numbers,
  merge: (site, a, b) => maximum(site, [a, b], {}),
  narrow: (_, totals) => totals,
  secondPass: keepFirstZero,
};
