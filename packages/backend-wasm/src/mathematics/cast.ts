import { type DType, dtypes, type Primitives } from "@gradloom/core/backend";
import type { Vector } from "../assembler/expression.ts";
import { f32x4, f64x2, i32x4, v128 } from "../assembler/lanes.ts";
import type { Formula } from "./formula.ts";
import { joined, narrowed, type Quad, upper } from "./quad.ts";

/** x in another dtype: floats truncate and saturate, NaN becomes 0; whole numbers wrap; to bool, x ≠ 0 */
export const cast: Formula = ({ dtype }, [x], attributes) => {
  const to = (attributes as Primitives["cast"]).dtype;
  if (dtype === to) return x!;
  if (to === "bool") return [truth(dtype, x!)];
  return fromNumbers(dtype, x!, to);
};

function truth(from: DType, x: Quad): Vector {
  if (from === "float32") return f32x4.notEqual(x[0]!, 0);
  if (from === "float64") return narrowed(f64x2.notEqual(x[0]!, 0), f64x2.notEqual(x[1]!, 0));
  return i32x4.notEqual(x[0]!, 0);
}

function fromNumbers(from: DType, x: Quad, to: DType): Quad {
  if (from === "float32") return fromSingles(x[0]!, to);
  if (from === "float64") return fromDoubles(x[0]!, x[1]!, to);
  return fromWhole(from === "bool" ? v128.and(x[0]!, 1) : x[0]!, from === "uint32", to);
}

function fromSingles(x: Vector, to: DType): Quad {
  if (to === "float64") return [f64x2.fromSingles(x), f64x2.fromSingles(upper(x))];
  return [to === "uint32" ? i32x4.unsignedFromSingles(x) : within(to, i32x4.fromSingles(x))];
}

function fromDoubles(first: Vector, second: Vector, to: DType): Quad {
  if (to === "float32") return [joined(f32x4.fromDoubles(first), f32x4.fromDoubles(second))];
  if (to === "uint32") return [joined(i32x4.unsignedFromDoubles(first), i32x4.unsignedFromDoubles(second))];
  return [within(to, joined(i32x4.fromDoubles(first), i32x4.fromDoubles(second)))];
}

/** Whole numbers saturated to the range of uint8, if that is wanted. */
function within(to: DType, x: Vector): Vector {
  return to === "uint8" ? i32x4.min(i32x4.max(x, 0), 255) : x;
}

function fromWhole(x: Vector, unsigned: boolean, to: DType): Quad {
  if (to === "float32") return [unsigned ? f32x4.fromUnsigned(x) : f32x4.fromIntegers(x)];
  if (to === "float64") {
    const double = unsigned ? f64x2.fromUnsigned : f64x2.fromIntegers;
    return [double(x), double(upper(x))];
  }
  return [dtypes[to].bytes === 1 ? v128.and(x, 255) : x];
}
