import type { Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f32x4, f64x2, i32x4, shuffle, v128 } from "../assembler/lanes.ts";
import { joined, upper } from "./quad.ts";

const { add, sub, mul, div, nearest, pmin, pmax } = f64x2;

/** aᵇ as C's pow: in doubles |a|ᵇ = 2^(b log₂|a|), then the sign and the cases that the formula does not cover. */
export function pow(code: FunctionBuilder, a: Vector, b: Vector): Vector {
  const { abs, equal, notEqual, trunc } = f32x4;
  const size = code.let(abs(a));
  const half = (x: Vector, y: Vector): Vector =>
    f32x4.fromDoubles(power(code, f64x2.fromSingles(x), f64x2.fromSingles(y)));
  const magnitude = code.let(joined(half(size, b), half(upper(size), upper(b))));

  const isWhole = code.let(equal(trunc(b), b));
  const halved = code.let(f32x4.mul(b, 0.5));
  const isOdd = v128.and(isWhole, notEqual(trunc(halved), halved));
  const signed = v128.xor(magnitude, v128.and(v128.and(isOdd, a), -0x80000000));
  const isNegative = v128.and(f32x4.less(a, 0), f32x4.greater(a, -Infinity));
  const lacksValue = v128.or(v128.or(notEqual(a, a), notEqual(b, b)), v128.and(isNegative, v128.not(isWhole)));
  const value = v128.select(lacksValue, f32x4.constant(NaN), signed);
  const isOne = v128.or(v128.or(equal(a, 1), equal(b, 0)), v128.and(equal(a, -1), equal(abs(b), Infinity)));
  return v128.select(isOne, f32x4.constant(1), value);
}

/** xʸ for two x ≥ 0: 0 and ∞ have the logarithms -∞ and ∞ */
function power(code: FunctionBuilder, x: Vector, y: Vector): Vector {
  const base = code.let(x);
  const ends = v128.select(f64x2.equal(base, 0), f64x2.constant(-Infinity), f64x2.constant(Infinity));
  const isInside = v128.and(f64x2.greater(base, 0), f64x2.less(base, Infinity));
  const logarithm = v128.select(isInside, log2(code, base), ends);
  // Beyond ±200, single precision has only 0 and ∞.
  return exp2(code, code.let(pmax(pmin(mul(y, logarithm), 200), -200)));
}

/** The first 32 bits of √½ in double precision; the exponent's bias, and its place in those bits. */
const highOfRoot = 0x3fe6a09e;
const exponentBias = 1023;
const exponentShift = 20;

/** log₂ x = e + 2/ln 2 (s + s³/3 + s⁵/5 + …), where x = 2ᵉ m, √½ ≤ m < √2 and s = (m - 1) / (m + 1) */
function log2(code: FunctionBuilder, x: Vector): Vector {
  const e = code.let(i32x4.shiftRight(i32x4.sub(x, highOfRoot), exponentShift));
  const high = v128.and(i32x4.shiftLeft(e, exponentShift), shuffle(v128.constant(0), v128.constant(-1), [0, 4, 1, 5]));
  const m = code.let(i32x4.sub(x, high));
  const s = code.let(div(sub(m, 1), add(m, 1)));
  const series = oddSeries(code, code.let(mul(s, s)), 8);
  return add(f64x2.fromIntegers(shuffle(e, e, [1, 3, 1, 3])), mul(mul(s, series), 2 * Math.LOG2E));
}

/** 1 + z/3 + z²/5 + … in `terms` terms */
function oddSeries(code: FunctionBuilder, z: Vector, terms: number): Vector {
  let value: Vector = f64x2.constant(1 / (2 * terms - 1));
  for (let term = terms - 2; term >= 0; term--) value = code.multiplyAdd(f64x2, value, z, 1 / (2 * term + 1));
  return value;
}

/** 2ᵗ = 2ⁿ eʳ, where t = n + r / ln 2 and n is whole; eʳ = 1 + r (1 + r/2 (1 + r/3 (…))) */
function exp2(code: FunctionBuilder, t: Vector): Vector {
  const n = code.let(nearest(t));
  const r = code.let(mul(sub(t, n), Math.LN2));
  let series: Vector = f64x2.constant(1);
  for (let term = 8; term > 0; term--) series = code.multiplyAdd(f64x2, mul(r, 1 / term), series, 1);
  const high = i32x4.shiftLeft(i32x4.add(i32x4.fromDoubles(n), exponentBias), exponentShift);
  return mul(series, shuffle(v128.constant(0), high, [0, 4, 1, 5]));
}
