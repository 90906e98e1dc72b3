import type { Operation, Operand } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs, hypot } from "./absolute.ts";
import { composedBinary, composedUnary, onFloat, onFloats } from "./composed.ts";
import { add, atan, cos, div, equal, less, maximum, minimum, mul, neg, sin, sqrt, sub, where } from "./elementwise.ts";
import { logicalOr } from "./logical.ts";
import { numberLike } from "./operands.ts";

const tanOperation: Operation<None> = /*#__PURE__*/ composedUnary(
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

const asinOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "asin",
  (x) => atan(div(x, leg(x))),
  (dy, x) => div(dy, leg(x)),
);

/** The angle in radians, -pi/2 to pi/2, whose sine is x; NaN beyond -1 to 1. */
export function asin(x: Tensor): Tensor {
  return onFloat(asinOperation, x);
}

const acosOperation: Operation<None> = /*#__PURE__*/ composedUnary(
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

const atan2Operation: Operation<None> = /*#__PURE__*/ composedBinary(
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
