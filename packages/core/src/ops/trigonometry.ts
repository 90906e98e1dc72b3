import type { Operand, Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, hypot, sign } from "./absolute.ts";
import { binaryFused, unaryFused, onFloat, onFloats } from "./elementwise-operation.ts";
import {
  add,
  atan,
  cos,
  div,
  equal,
  expm1,
  greater,
  less,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  sin,
  sqrt,
  sub,
  where,
} from "./elementwise.ts";
import { logicalOr } from "./logical.ts";
import { numberLike } from "./operands.ts";

const tanOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "tan",
  (x) => div(sin(x), cos(x)),
  (dy, _x, y) => mul(dy, add(mul(y, y), 1)),
);

/** Tangent of x in radians. */
export function tan(x: Tensor): Tensor {
  return onFloat(tanOperation, x);
}

/** sqrt(1 - x^2), exact near -1 and 1. */
function leg(x: Tensor): Tensor {
  return sqrt(mul(sub(1, x), add(x, 1)));
}

const asinOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "asin",
  (x) => atan(div(x, leg(x))),
  (dy, x) => div(dy, leg(x)),
);

/** The angle in radians, -pi/2 to pi/2, whose sine is x; NaN beyond -1 to 1. */
export function asin(x: Tensor): Tensor {
  return onFloat(asinOperation, x);
}

const acosOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "acos",
  (x) => mul(atan(sqrt(div(sub(1, x), add(x, 1)))), 2),
  (dy, x) => neg(div(dy, leg(x))),
);

/** The angle in radians, 0 to pi, whose cosine is x; NaN beyond -1 to 1. */
export function acos(x: Tensor): Tensor {
  return onFloat(acosOperation, x);
}

/** Whether x is below 0 or -0. */
function isNegative(x: Tensor): Tensor {
  return logicalOr(less(x, 0), less(div(1, x), 0));
}

const atan2Operation: Operation<None> = /*#__PURE__*/ binaryFused(
  "atan2",
  (y, x) => {
    const [tall, wide] = [abs(y), abs(x)];
    const long = maximum(tall, wide);
    const short = minimum(tall, wide);
    // The angle to the nearer axis, 0 to pi/4; (0, 0) counts as on the axis of x.
    const alike = where(equal(long, 0), numberLike(x, 0), numberLike(x, 1));
    const near = atan(where(equal(short, long), alike, div(short, long)));
    const upright = where(less(wide, tall), sub(Math.PI / 2, near), near);
    const turned = where(isNegative(x), sub(Math.PI, upright), upright);
    return where(isNegative(y), neg(turned), turned);
  },
  (dy, y, x) => {
    const length = hypot(x, y);
    return [() => mul(dy, div(div(x, length), length)), () => mul(dy, neg(div(div(y, length), length)))];
  },
);

/**
 * The angle in radians, -pi to pi, from the axis of x to the point (x, y), by the signs of both. At (0, 0) its gradients
 * are NaN, and that in one coordinate where the other is infinite.
 */
export function atan2(y: Operand, x: Operand): Tensor {
  return onFloats(atan2Operation, y, x);
}

/** 2 sinh(x / 2), which is finite where sinh(x) is. */
function doubleOfHalf(x: Tensor): Tensor {
  const half = mul(x, 0.5);
  return sub(expm1(half), expm1(neg(half)));
}

const sinhOperation: Operation<None> = /*#__PURE__*/ unaryFused(
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

const coshOperation: Operation<None> = /*#__PURE__*/ unaryFused(
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

const asinhOperation: Operation<None> = /*#__PURE__*/ unaryFused(
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

const acoshOperation: Operation<None> = /*#__PURE__*/ unaryFused(
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

const atanhOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "atanh",
  (x) => mul(sub(log1p(x), log1p(neg(x))), 0.5),
  (dy, x) => div(dy, mul(sub(1, x), add(x, 1))),
);

/** The number whose hyperbolic tangent is x; NaN beyond -1 to 1. */
export function atanh(x: Tensor): Tensor {
  return onFloat(atanhOperation, x);
}
