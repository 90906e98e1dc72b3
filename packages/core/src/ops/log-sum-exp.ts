import { checkOptions } from "../errors/options.ts";
import { fused } from "../tensor/operation.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { alongAxis, reduceAxes, reduceFields, sum } from "./axes.ts";
import { add, equal, exp, log, mul, sub, where } from "./elementwise.ts";
import { isFinite } from "./logical.ts";
import { numberLike, toFloat } from "./operands.ts";
import { max } from "./reduce.ts";
import { softmaxOperation } from "./softmax.ts";

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
