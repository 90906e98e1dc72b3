import type { Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f32x4, v128 } from "../assembler/lanes.ts";
import { exp, polynomial, withSign } from "./exponential.ts";

const { abs, greater, mul, neg, sub } = f32x4;

/**
 * erf x: x (1 + p(x²)) up to 0.9277, beyond 1 - e^(q(|x|)), with the sign of x; the polynomials are minimax fits (N. Juffa,
 * https://stackoverflow.com/a/35148199).
 */
export function erf(code: FunctionBuilder, x: Vector): Vector {
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
  const complement = exp(code, code.let(neg(code.multiplyAdd(f32x4, neg(far), size, size))));
  const outside = withSign(sub(1, complement), x);
  return v128.select(greater(size, 0.927734375), outside, code.multiplyAdd(f32x4, near, x, x));
}
