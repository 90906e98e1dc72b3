import { checkDType, type DType, isFloat } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor } from "./apply.ts";
import { corePrimitive } from "../tensor/operation.ts";

const castOperation: Operation<Primitives["cast"]> = /*#__PURE__*/ corePrimitive("cast", {
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) =>
    isFloat(x!.dtype) && isFloat(y!.dtype) ? [() => cast(dy!, x!.dtype)] : [null],
  traits: { elementwise: true },
});

/** The same values in another dtype: floats truncate and saturate, NaN becomes 0, to bool is x != 0. */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor("cast", x);
  if (x.dtype === dtype) return x;
  checkDType("cast", dtype);
  return apply(castOperation, [x], { dtype });
}

/** The same numbers in a place of their own; programs put it where a value must not share memory. */
export const copyOperation: Operation<None> = /*#__PURE__*/ corePrimitive("copy", {
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy] }) => [() => dy!],
  traits: { elementwise: true },
});
