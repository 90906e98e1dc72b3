import { erfQuotients } from "@gradloom/core/backend";
import type { Vector } from "../assembler/expression.ts";
import { f32x4, f64x2, v128 } from "../assembler/lanes.ts";
import type { Site } from "./formula.ts";
import { exp, polynomial, withSign } from "./exponential.ts";
import { hosted } from "./hosted.ts";
import { eachLane } from "./quad.ts";

const { abs, greater, mul, neg, sub } = f32x4;

/**
 * erf x: x (1 + p(x²)) up to 0.9277, beyond 1 - e^(q(|x|)), with the sign of x; the polynomials are minimax fits (N. Juffa,
 * https://stackoverflow.com/a/35148199).
 */
export function erf(site: Site, x: Vector): Vector {
  const { code } = site;
  const size = code.let(abs(x));
  const near = polynomial(
    code,
    code.let(mul(x, x)),
    [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1],
  );
  const far = polynomial(
    code,
    size,
    [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1],
  );
  const complement = exp(site, code.let(neg(code.multiplyAdd(f32x4, neg(far), size, size))));
  const outside = withSign(sub(1, complement), x);
  return v128.select(greater(size, 0.927734375), outside, code.multiplyAdd(f32x4, near, x, x));
}

/** erf x of two doubles, by the quotients of `erfQuotients`. */
export function erfOfDoubles({ code, module }: Site, x: Vector): Vector {
  const { abs, add, div, lessEqual, greaterEqual, mul, neg, sub } = f64x2;
  const { inner, outer } = erfQuotients;
  const value = (coefficients: readonly number[], at: Vector): Vector =>
    coefficients.slice(1).reduce<Vector>((sum, next) => add(mul(sum, at), next), f64x2.constant(coefficients[0]!));
  const square = code.let(mul(x, x));
  const exponent = code.let(neg(square));
  const distance = code.let(abs(x));
  const near = div(mul(x, value(inner.top, square)), value(inner.bottom, square));
  const power = eachLane(f64x2, exponent, (lane) => hosted(module, "exp", f64x2.extract(exponent, lane)));
  const complement = div(mul(power, value(outer.top, distance)), value(outer.bottom, distance));
  const far = v128.select(greaterEqual(distance, 6), f64x2.constant(1), sub(1, complement));
  const signed = v128.or(far, v128.and(x, f64x2.constant(-0)));
  return v128.select(lessEqual(distance, 0.46875), near, signed);
}
