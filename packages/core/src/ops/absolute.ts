import type { Operation, Operand } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, none } from "./apply.ts";
import { binaryFused, unaryFused, onFloats } from "./elementwise-operation.ts";
import { add, div, equal, greater, less, lessEqual, maximum, minimum, mul, sqrt, sub, where } from "./elementwise.ts";
import { numberLike, toNumber } from "./operands.ts";

const signOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "sign",
  (x) => where(greater(x, 0), numberLike(x, 1), where(less(x, 0), numberLike(x, -1), x)),
  null,
);

/** 1 above 0, -1 below 0, else x itself (0, -0 or NaN). No gradient flows. Bools count as int32. */
export function sign(x: Tensor): Tensor {
  return apply(signOperation, [toNumber("sign", x)], none);
}

const absOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "abs",
  // 0 - x, so that -0 becomes 0.
  (x) => where(lessEqual(x, 0), sub(0, x), x),
  (dy, x) => mul(dy, sign(x)),
);

/** Absolute value; its gradient at 0 is 0. Bools count as int32. */
export function abs(x: Tensor): Tensor {
  return apply(absOperation, [toNumber("abs", x)], none);
}

const hypotOperation: Operation<None> = /*#__PURE__*/ binaryFused(
  "hypot",
  (a, b) => {
    const long = maximum(abs(a), abs(b));
    const short = minimum(abs(a), abs(b));
    const ratio = where(equal(short, long), numberLike(a, 1), div(short, long));
    return mul(long, sqrt(add(mul(ratio, ratio), 1)));
  },
  (dy, a, b, y) => {
    const length = where(equal(y, 0), numberLike(y, 1), y);
    return [() => mul(dy, div(a, length)), () => mul(dy, div(b, length))];
  },
);

/** sqrt(a^2 + b^2) without overflow between; its gradients at (0, 0) are 0, and NaN in what is infinite. */
export function hypot(a: Operand, b: Operand): Tensor {
  return onFloats(hypotOperation, a, b);
}
