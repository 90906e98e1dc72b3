import type { Operation } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, sign } from "./absolute.ts";
import { composedUnary, onFloat } from "./composed.ts";
import { add, div, exp, expm1, log1p, mul, neg, sqrt, sub } from "./elementwise.ts";

const sinhOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "sinh",
  (x) => mul(sub(expm1(x), expm1(neg(x))), 0.5),
  (dy, x) => mul(dy, cosh(x)),
);

/** Hyperbolic sine. */
export function sinh(x: Tensor): Tensor {
  return onFloat(sinhOperation, x);
}

const coshOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "cosh",
  (x) => mul(add(exp(x), exp(neg(x))), 0.5),
  (dy, x) => mul(dy, sinh(x)),
);

/** Hyperbolic cosine. */
export function cosh(x: Tensor): Tensor {
  return onFloat(coshOperation, x);
}

const asinhOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "asinh",
  // log(a + sqrt(a^2 + 1)) as log1p, the square divided out so that it cannot overflow.
  (x) => {
    const a = abs(x);
    const inverse = div(1, a);
    return mul(sign(x), log1p(add(a, div(a, add(inverse, sqrt(add(mul(inverse, inverse), 1)))))));
  },
  (dy, x) => div(dy, sqrt(add(mul(x, x), 1))),
);

/** The number whose hyperbolic sine is x. */
export function asinh(x: Tensor): Tensor {
  return onFloat(asinhOperation, x);
}

const acoshOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "acosh",
  (x) => {
    const above = sub(x, 1);
    return log1p(add(above, mul(sqrt(above), sqrt(add(above, 2)))));
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
