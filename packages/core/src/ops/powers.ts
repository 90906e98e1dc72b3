import type { Operand, Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { binaryFused, unaryFused, onFloat, onFloats } from "./elementwise-operation.ts";
import {
  add,
  div,
  equal,
  exp,
  floor,
  lessEqual,
  log,
  log1p,
  maximum,
  mul,
  neg,
  pow,
  sqrt,
  sub,
  where,
} from "./elementwise.ts";
import { isInf, logicalAnd } from "./logical.ts";
import { numberLike, toFloat, toNumber } from "./operands.ts";
import { sigmoid } from "./softmax.ts";

/** x * x. Bools count as int32. */
export function square(x: Tensor): Tensor {
  const number = toNumber("square", x);
  return mul(number, number);
}

/** 1 / x; of integers in float32. */
export function reciprocal(x: Tensor): Tensor {
  return div(1, toFloat("reciprocal", x));
}

/** 1 / sqrt(x); Infinity at 0, NaN below. */
export function rsqrt(x: Tensor): Tensor {
  return div(1, sqrt(toFloat("rsqrt", x)));
}

/** 2 to the power x. */
export function exp2(x: Tensor): Tensor {
  return pow(2, toFloat("exp2", x));
}

/** A logarithm of a whole base, whole where x is a power of it; below the normal numbers all but powers of 2 have too few digits to tell. */
function logarithm(name: string, base: number, logOfBase: number): Operation<None> {
  return unaryFused(
    name,
    (x) => {
      const found = div(log(x), logOfBase);
      const whole = floor(add(found, 0.5));
      const least = base === 2 ? 0 : x.dtype === "float64" ? 2 ** -1022 : 2 ** -126;
      return where(logicalAnd(equal(pow(base, whole), x), lessEqual(least, x)), whole, found);
    },
    (dy, x) => div(div(dy, x), logOfBase),
  );
}

const log2Operation: Operation<None> = /*#__PURE__*/ logarithm("log2", 2, Math.LN2);
const log10Operation: Operation<None> = /*#__PURE__*/ logarithm("log10", 10, Math.LN10);

/** Logarithm to base 2, exact for powers of 2; NaN below 0, -Infinity at 0. */
export function log2(x: Tensor): Tensor {
  return onFloat(log2Operation, x);
}

/** Logarithm to base 10, exact for powers of 10; NaN below 0, -Infinity at 0. */
export function log10(x: Tensor): Tensor {
  return onFloat(log10Operation, x);
}

/** a - b, 0 where both are the same infinity. */
function distance(a: Tensor, b: Tensor): Tensor {
  return where(logicalAnd(equal(a, b), isInf(a)), numberLike(a, 0), sub(a, b));
}

const logAddExpOperation: Operation<None> = /*#__PURE__*/ binaryFused(
  "logAddExp",
  (a, b) => add(maximum(a, b), log1p(exp(neg(abs(distance(a, b)))))),
  (dy, a, b) => [() => mul(dy, sigmoid(distance(a, b))), () => mul(dy, sigmoid(distance(b, a)))],
);

/** log(exp(a) + exp(b)) without overflow. */
export function logAddExp(a: Operand, b: Operand): Tensor {
  return onFloats(logAddExpOperation, a, b);
}
