import type { Operation } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { composedBinary, onFloats } from "./composed.ts";
import { add, div, equal, exp, log, log1p, maximum, mul, neg, sub, where } from "./elementwise.ts";
import { isInf, logicalAnd } from "./logical.ts";
import { numberLike, toFloat } from "./operands.ts";
import { sigmoid } from "./sigmoid.ts";

/** Logarithm to base 2; NaN below 0, -Infinity at 0. */
export function log2(x: Tensor): Tensor {
  return div(log(toFloat("log2", x)), Math.LN2);
}

/** Logarithm to base 10; NaN below 0, -Infinity at 0. */
export function log10(x: Tensor): Tensor {
  return div(log(toFloat("log10", x)), Math.LN10);
}

/** a - b, 0 where both are the same infinity. */
function distance(a: Tensor, b: Tensor): Tensor {
  return where(logicalAnd(equal(a, b), isInf(a)), numberLike(a, 0), sub(a, b));
}

const logAddExpOperation: Operation<None> = /*#__PURE__*/ composedBinary(
  "logAddExp",
  (a, b) => add(maximum(a, b), log1p(exp(neg(abs(distance(a, b)))))),
  (dy, a, b) => [() => mul(dy, sigmoid(distance(a, b))), () => mul(dy, sigmoid(distance(b, a)))],
);

/** log(exp(a) + exp(b)) without overflow. */
export function logAddExp(a: Operand, b: Operand): Tensor {
  return onFloats(logAddExpOperation, a, b);
}
