import { isFloat } from "@gradloom/core/backend";
import { f32x4, f64x2, i32x4, shuffle, v128 } from "../assembler/lanes.ts";
import { add } from "../mathematics/arithmetic.ts";
import { upper } from "../mathematics/quad.ts";
import type { Reducer } from "./totals.ts";

/** Sums: four numbers of single precision are added as they are, then totals go on in doubles; whole numbers wrap modulo 2^32. */
export const sumReducer: Reducer = {
  name: "sum",
  start: (dtype) => (isFloat(dtype) ? [v128.constant(0), v128.constant(0)] : [v128.constant(0)]),
  combine: (site, a, b) => add(site, [a, b], {}),
  widen: ({ code, dtype }, numbers) => {
    if (dtype !== "float32") return numbers;
    const singles = code.let(numbers[0]!);
    return [f64x2.fromSingles(singles), f64x2.fromSingles(upper(singles))];
  },
  merge: ({ dtype }, a, b) => a.map((part, at) => (isFloat(dtype) ? f64x2 : i32x4).add(part, b[at]!)),
  narrow: (dtype, totals) => {
    if (dtype !== "float32") return totals;
    const [first, second] = totals.map((part) => f32x4.fromDoubles(part));
    return [shuffle(first!, second!, [0, 2])];
  },
};
