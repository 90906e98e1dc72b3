import type { Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, hypot, sign } from "./absolute.ts";
import { composedUnary, onFloat } from "./composed.ts";
import { add, div, expm1, greater, log1p, mul, neg, sqrt, sub, where } from "./elementwise.ts";
import { numberLike } from "./operands.ts";

/** 2 sinh(x / 2), which is finite where sinh(x) is. */
function doubleOfHalf(x: Tensor): Tensor {
  const half = mul(x, 0.5);
  return sub(expm1(half), expm1(neg(half)));
}

const sinhOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "sinh",
  // 2 sinh(x / 2) cosh(x / 2)
  (x) => {
    const double = doubleOfHalf(x);
    const half = mul(double, 0.5);
    return mul(double, sqrt(add(mul(half, half), 1)));
  },
  (dy, x) => mul(dy, cosh(x)),
);

/** Hyperbolic sine. */
export function sinh(x: Tensor): Tensor {
  return onFloat(sinhOperation, x);
}

const coshOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "cosh",
  // 2 sinh(x / 2)^2 + 1
  (x) => {
    const double = doubleOfHalf(x);
    return add(mul(mul(double, 0.5), double), 1);
  },
  (dy, x) => mul(dy, sinh(x)),
);

/** Hyperbolic cosine. */
export function cosh(x: Tensor): Tensor {
  return onFloat(coshOperation, x);
}

/** log(1 + s), where s is 2a beyond what can be doubled, and `small` before. */
function logOfSum(a: Tensor, small: Tensor): Tensor {
  const large = greater(a, 1e20);
  return add(log1p(where(large, a, small)), where(large, numberLike(a, Math.LN2), numberLike(a, 0)));
}

const asinhOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "asinh",
  // log(a + sqrt(a^2 + 1)) as log1p, the square divided out so that it cannot overflow.
  (x) => {
    const a = abs(x);
    const inverse = div(1, a);
    return mul(sign(x), logOfSum(a, add(a, div(a, add(inverse, sqrt(add(mul(inverse, inverse), 1)))))));
  },
  (dy, x) => div(dy, hypot(x, 1)),
);

/** The number whose hyperbolic sine is x. */
export function asinh(x: Tensor): Tensor {
  return onFloat(asinhOperation, x);
}

const acoshOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "acosh",
  (x) => {
    const above = sub(x, 1);
    return logOfSum(x, add(above, mul(sqrt(above), sqrt(add(above, 2)))));
  },
  (dy, x) => div(dy, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))),
);

/** The number of 0 or more whose hyperbolic cosine is x; NaN below 1. */
export function acosh(x: Tensor): Tensor {
  return onFloat(acoshOperation, x);
}

const atanhOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "atanh",
  (x) => mul(sub(log1p(x), log1p(neg(x))), 0.5),
  (dy, x) => div(dy, mul(sub(1, x), add(x, 1))),
);

/** The number whose hyperbolic tangent is x; NaN beyond -1 to 1. */
export function atanh(x: Tensor): Tensor {
  return onFloat(atanhOperation, x);
}
