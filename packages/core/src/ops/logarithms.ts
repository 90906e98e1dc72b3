import type { Operation, Operand } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { composedBinary, composedUnary, onFloat, onFloats } from "./composed.ts";
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
  sub,
  where,
} from "./elementwise.ts";
import { isInf, logicalAnd } from "./logical.ts";
import { numberLike } from "./operands.ts";
import { sigmoid } from "./sigmoid.ts";

/** A logarithm of a whole base, whole where x is a power of it; below the normal numbers all but powers of 2 have too few digits to tell. */
function logarithm(name: string, base: number, logOfBase: number): Operation<None> {
  return composedUnary(
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

const logAddExpOperation: Operation<None> = /*#__PURE__*/ composedBinary(
  "logAddExp",
  (a, b) => add(maximum(a, b), log1p(exp(neg(abs(distance(a, b)))))),
  (dy, a, b) => [() => mul(dy, sigmoid(distance(a, b))), () => mul(dy, sigmoid(distance(b, a)))],
);

/** log(exp(a) + exp(b)) without overflow. */
export function logAddExp(a: Operand, b: Operand): Tensor {
  return onFloats(logAddExpOperation, a, b);
}
