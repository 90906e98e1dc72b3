import { checkOptions } from "../errors/options.ts";
import { fused } from "../tensor/operation.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { alongAxis, axisFields, axisOf, sum } from "./axes.ts";
import { div, exp, log, mul, sub } from "./elementwise.ts";
import { toFloat } from "./operands.ts";
import { onAxis } from "./movement.ts";
import { max, refuseEmpty } from "./reduce.ts";

/** x less its maximum along the middle axis, so that exp cannot overflow. */
function shifted(x: Tensor): Tensor {
  return sub(x, alongAxis(max(x, { axis: 1 }), x.shape));
}

/** softmax along the middle axis of [outer, length, inner]. */
export const softmaxOperation: Operation<None> = /*#__PURE__*/ fused<None>({
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
