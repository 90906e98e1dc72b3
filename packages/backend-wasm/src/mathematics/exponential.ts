import type { Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f32x4, i32x4, v128 } from "../assembler/lanes.ts";
import { i32 } from "../assembler/scalars.ts";
import type { Site } from "./formula.ts";

const { add, sub, mul, div, abs, nearest, pmin, pmax, equal, greater, less, lessEqual } = f32x4;

/** c[0] xⁿ + … + c[n] */
export function polynomial(code: FunctionBuilder, x: Vector, coefficients: readonly number[]): Vector {
  return coefficients
    .slice(1)
    .reduce(
      (value: Vector, coefficient) => code.multiplyAdd(f32x4, value, x, coefficient),
      f32x4.constant(coefficients[0]!),
    );
}

/** x between the limits; NaN stays, because pmin and pmax give their first operand where they cannot compare. */
function clamp(x: Vector, least: number, most: number): Vector {
  return pmax(pmin(x, most), least);
}

/** x = n ln 2 + r with n whole and |r| ≤ ln(2)/2; ln 2 in two pieces, the first of few bits. */
function reduced(code: FunctionBuilder, x: Vector): { readonly n: Vector; readonly r: Vector } {
  const n = code.let(nearest(mul(x, Math.LOG2E)));
  return { n, r: reducedBy(code, x, n) };
}

/** x - n ln 2 */
function reducedBy(code: FunctionBuilder, x: Vector, n: Vector): Vector {
  const rest = code.multiplyAdd(f32x4, n, -0.693359375, x);
  return code.let(code.multiplyAdd(f32x4, n, 2.1219444e-4, rest));
}

/** (eʳ - 1 - r) / r² for |r| ≤ ln(2)/2: Cephes, expf.c */
function tail(code: FunctionBuilder, r: Vector): Vector {
  return polynomial(
    code,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
}

/** 2ⁿ for whole n from -126 to 127, as bits */
function powerOfTwo(n: Vector): Vector {
  return i32x4.shiftLeft(i32x4.add(n, 127), 23);
}

/** eˣ. Engines without relaxed SIMD take everything the longer way: V8 before 12 puts vectors in memory where code branches. */
export function exp({ code }: Pick<Site, "code">, x: Vector): Vector {
  if (!code.relaxed) return anyExp(code, x);
  const y = code.let(normalExp(code, x));
  const isNormal = i32.equal(i32x4.bits(lessEqual(abs(x), 87)), 15);
  code.when(i32.isZero(isNormal), () => code.set(y, anyExp(code, x)));
  return y;
}

/** 1.5 · 2²³: added to a number below 2²², it leaves the nearest whole number n in the last bits. */
const rounder = 0xc00000;

/** x = n ln 2 + r with n whole and |r| ≤ ln(2)/2, and eʳ = 1 + r q(r), where q is a minimax fit; n + the rounder as a float, and eʳ */
function split(code: FunctionBuilder, x: Vector, added: number): { readonly whole: Vector; readonly power: Vector } {
  const whole = code.let(code.multiplyAdd(f32x4, x, Math.LOG2E, added));
  const r = reducedBy(code, x, code.let(sub(whole, added)));
  const q = polynomial(code, r, [1.38436072e-3, 8.3741955e-3, 4.16680053e-2, 0.166664302, 0.49999994, 1]);
  return { whole, power: code.multiplyAdd(f32x4, q, r, 1) };
}

/** eˣ for |x| ≤ 87, where it is a normal number: n is added to the exponent of eʳ. */
function normalExp(code: FunctionBuilder, x: Vector): Vector {
  const { whole, power } = split(code, x, rounder);
  return i32x4.add(power, i32x4.shiftLeft(whole, 23));
}

/** eˣ, subnormal, infinite or NaN where it must be: n + 254 halved gives the exponents of two normal powers of two, whose product is 2ⁿ. */
function anyExp(code: FunctionBuilder, x: Vector): Vector {
  const { whole, power } = split(code, code.let(clamp(x, -104, 89)), rounder + 254);
  const half = code.let(i32x4.shiftRight(whole, 1));
  return mul(mul(power, i32x4.shiftLeft(half, 23)), i32x4.shiftLeft(i32x4.sub(whole, half), 23));
}

/** eˣ - 1 = 2ⁿ (eʳ - 1) + (2ⁿ - 1), halved on the way, so that 2ⁿ stays finite */
export function expm1({ code }: Pick<Site, "code">, x: Vector): Vector {
  const { n, r } = reduced(code, code.let(clamp(x, -25, 89)));
  const less1 = code.let(code.multiplyAdd(f32x4, tail(code, r), mul(r, r), r));
  const half = code.let(powerOfTwo(i32x4.sub(i32x4.fromSingles(n), 1)));
  return mul(code.multiplyAdd(f32x4, half, less1, sub(half, 0.5)), 2);
}

/** tanh x = |t| / (t + 2) with the sign of x, where t = e^(-2|x|) - 1 */
export function tanh(site: Pick<Site, "code">, x: Vector): Vector {
  const { code } = site;
  const t = code.let(expm1(site, code.let(mul(abs(x), -2))));
  return withSign(div(abs(t), add(t, 2)), x);
}

/** Non-negative numbers with the signs of others. */
export function withSign(magnitude: Vector, sign: Vector): Vector {
  return v128.or(magnitude, v128.and(sign, -0x80000000));
}

/** The bits of √½. */
const rootOfHalf = 0x3f3504f3;

/** ln x = e ln 2 + ln(1 + m), where x = 2ᵉ (1 + m) and √½ ≤ 1 + m < √2: Cephes, logf.c */
export function log({ code }: Pick<Site, "code">, x: Vector): Vector {
  const tiny = code.let(less(x, 2 ** -126));
  // Subnormals times 2²³.
  const bits = code.let(i32x4.sub(v128.select(tiny, mul(x, 2 ** 23), x), rootOfHalf));
  const e = code.let(sub(f32x4.fromIntegers(i32x4.shiftRight(bits, 23)), v128.and(tiny, f32x4.constant(23))));
  const m = code.let(sub(i32x4.add(v128.and(bits, 0x007fffff), rootOfHalf), 1));
  const square = code.let(mul(m, m));
  const cubic = mul(
    mul(
      polynomial(
        code,
        m,
        [
          7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
          2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
        ],
      ),
      m,
    ),
    square,
  );
  const small = sub(code.multiplyAdd(f32x4, e, -2.1219444e-4, cubic), mul(square, 0.5));
  const value = code.multiplyAdd(f32x4, e, 0.693359375, add(m, small));
  const beyond = v128.select(greater(x, 0), f32x4.constant(Infinity), f32x4.constant(NaN));
  const special = v128.select(equal(x, 0), f32x4.constant(-Infinity), beyond);
  return v128.select(v128.and(greater(x, 0), less(x, Infinity)), value, special);
}

/** ln(1 + x) = ln u + (x - (u - 1)) / u, where u is 1 + x rounded: the second term is what rounding lost */
export function log1p(site: Pick<Site, "code">, x: Vector): Vector {
  const { code } = site;
  const u = code.let(add(x, 1));
  const logarithm = code.let(log(site, u));
  const lost = div(sub(x, sub(u, 1)), u);
  const finite = v128.and(greater(u, 0), less(u, Infinity));
  return v128.select(finite, add(logarithm, lost), logarithm);
}
