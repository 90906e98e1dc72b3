import { checkOptions } from "../errors/options.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import { fused } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { alongAxis, axisFields, axisOf, reduceAxes, reduceFields, sum } from "./axes.ts";
import { unaryFused, onFloat } from "./elementwise-operation.ts";
import { add, div, equal, exp, log, log1p, maximum, mul, neg, sub, where } from "./elementwise.ts";
import { isFinite } from "./logical.ts";
import { onAxis } from "./movement.ts";
import { numberLike, toFloat } from "./operands.ts";
import { max, refuseEmpty } from "./reduce.ts";

const logSumExpOperation: Operation<None> = /*#__PURE__*/ fused<None>({
  name: "logSumExp",
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  compose: ([x]) => {
    if (x!.shape[1] === 0) return [log(sum(exp(x!), { axis: 1 }))];
    // Less the largest, so that exp cannot overflow; an infinite one would make NaN of itself.
    const largest = max(x!, { axis: 1 });
    const shift = where(isFinite(largest), largest, numberLike(x!, 0));
    return [add(log(sum(exp(sub(x!, alongAxis(shift, x!.shape))), { axis: 1 })), shift)];
  },
  grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [
    () => {
      if (x!.size === 0) return x!;
      const shares = apply(softmaxOperation, [x!], none);
      return mul(alongAxis(dy!, x!.shape), where(equal(alongAxis(y!, x!.shape), -Infinity), 0, shares));
    },
  ],
});

/**
 * log(sum(exp(x))) along the axes (all if left out) without overflow; -Infinity of none. Its gradients are softmax(x): NaN where an x is
 * Infinity, and 0 where all are -Infinity. Integers become float32.
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("logSumExp", x);
  checkOptions("logSumExp", reduceFields, options);
  return reduceAxes("logSumExp", toFloat("logSumExp", x), options, (view) => apply(logSumExpOperation, [view], none));
}

/** x less its maximum along the middle axis, so that exp cannot overflow. */
function shifted(x: Tensor): Tensor {
  return sub(x, alongAxis(max(x, { axis: 1 }), x.shape));
}

/** softmax along the middle axis of [outer, length, inner]. */
const softmaxOperation: Operation<None> = /*#__PURE__*/ fused<None>({
  name: "softmax",
  infer: ([x]) => [x!],
  compose: ([x]) => {
    const powers = exp(shifted(x!));
    return [div(powers, alongAxis(sum(powers, { axis: 1 }), x!.shape))];
  },
  grad: ({ outputs: [y], incoming: [dy] }) => [
    () => {
      const weighted = mul(dy!, y!);
      return sub(weighted, mul(y!, alongAxis(sum(weighted, { axis: 1 }), y!.shape)));
    },
  ],
});

const logSoftmaxOperation: Operation<None> = /*#__PURE__*/ fused<None>({
  name: "logSoftmax",
  infer: ([x]) => [x!],
  compose: ([x]) => {
    const logits = shifted(x!);
    return [sub(logits, alongAxis(log(sum(exp(logits), { axis: 1 })), x!.shape))];
  },
  grad: ({ outputs: [y], incoming: [dy] }) => [
    () => sub(dy!, mul(exp(y!), alongAxis(sum(dy!, { axis: 1 }), y!.shape))),
  ],
});

function along(name: string, operation: Operation<None>, x: Tensor, options: { readonly axis?: number }): Tensor {
  checkOptions(name, axisFields, options);
  const { axis = -1 } = options;
  const at = axisOf(name, axis, x.rank);
  refuseEmpty(name, x, [at]);
  return onAxis(toFloat(name, x), at, x.shape[at]!, (view) => apply(operation, [view], none));
}

/**
 * exp(x) over its sum along the axis, the last if left out: numbers of 0 or more that sum to 1. An x of
 * Infinity, or nothing but -Infinity, has no shares: NaN.
 */
export function softmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("softmax", x);
  return along("softmax", softmaxOperation, x, options);
}

/** The logarithm of softmax, accurate where softmax is close to 0 or 1, and NaN where that is. */
export function logSoftmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("logSoftmax", x);
  return along("logSoftmax", logSoftmaxOperation, x, options);
}

const sigmoidOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "sigmoid",
  // Far below 0, exp(-x) is Infinity and the quotient 0.
  (x) => div(1, add(exp(neg(x)), 1)),
  (dy, _x, y) => mul(dy, mul(y, sub(1, y))),
);

/** 1 / (1 + exp(-x)), from 0 to 1. */
export function sigmoid(x: Tensor): Tensor {
  return onFloat(sigmoidOperation, x);
}

const softplusOperation: Operation<None> = /*#__PURE__*/ unaryFused(
  "softplus",
  (x) => add(maximum(x, 0), log1p(exp(neg(abs(x))))),
  (dy, x) => mul(dy, sigmoid(x)),
);

/** log(1 + exp(x)) without overflow. */
export function softplus(x: Tensor): Tensor {
  return onFloat(softplusOperation, x);
}
