import { apply, div, mul, type Operation, primitive, type Tensor } from "@gradloom/core";

/** The operation behind `cubeRoot`, which backends must have a kernel for. */
export const roots: Operation<object> = primitive<object>({
  name: "acme.cubeRoot",
  infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  grad: ({ outputs: [y], incoming: [dy] }) => [() => div(dy!, mul(mul(y!, y!), 3))],
  traits: { elementwise: true },
});

/** ∛x of floats, element by element. */
export function cubeRoot(x: Tensor): Tensor {
  return apply(roots, [x], {});
}
