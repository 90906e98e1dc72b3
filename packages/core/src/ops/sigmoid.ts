import type { Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { composedUnary, onFloat } from "./composed.ts";
import { add, div, exp, log1p, maximum, mul, neg, sub } from "./elementwise.ts";

const sigmoidOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "sigmoid",
  // Far below 0, exp(-x) is Infinity and the quotient 0.
  (x) => div(1, add(exp(neg(x)), 1)),
  (dy, _x, y) => mul(dy, mul(y, sub(1, y))),
);

/** 1 / (1 + exp(-x)), from 0 to 1. */
export function sigmoid(x: Tensor): Tensor {
  return onFloat(sigmoidOperation, x);
}

const softplusOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "softplus",
  (x) => add(maximum(x, 0), log1p(exp(neg(abs(x))))),
  (dy, x) => mul(dy, sigmoid(x)),
);

/** log(1 + exp(x)) without overflow. */
export function softplus(x: Tensor): Tensor {
  return onFloat(softplusOperation, x);
}
