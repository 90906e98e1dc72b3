import { fused } from "../tensor/operation.ts";
import type { Operation, ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, none } from "./apply.ts";
import { alongAxis, reduceAxes, sum } from "./axes.ts";
import { div, equal, mul, where } from "./elementwise.ts";
import type { None } from "../tensor/primitives.ts";
import { rootOfSquares } from "./root-of-squares.ts";

const euclideanNormOperation: Operation<None> = /*#__PURE__*/ fused<None>({
  name: "euclideanNorm",
  infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
  compose: ([x]) => [rootOfSquares(x!.dtype, (squares) => sum(squares(x!), { axis: 1 }))],
  grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [
    () => {
      const length = where(equal(y!, 0), 1, y!);
      return mul(alongAxis(dy!, x!.shape), div(x!, alongAxis(length, x!.shape)));
    },
  ],
});

/** The square root of the sum of squares of floats along the axes (all if left out), without overflow between. Where it is 0, its gradients are 0. */
export function euclideanNorm(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes("norm", x, options, (view) => apply(euclideanNormOperation, [view], none));
}
