import { apply, none } from "../ops/apply.ts";
import type { None } from "../tensor/primitives.ts";
import type { Operation } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import type { Tensor } from "../tensor/tensor.ts";

const stopGradientOperation: Operation<None> = /*#__PURE__*/ primitive<None>({
  name: "stopGradient",
  infer: ([x]) => [x!],
  grad: () => [null],
  traits: { alias: true, constant: true },
});

/** The same numbers, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return apply(stopGradientOperation, [x], none);
}
