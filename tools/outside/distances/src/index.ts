import {
  apply,
  expandDims,
  fused,
  matmul,
  mul,
  type Operation,
  sub,
  sum,
  type Tensor,
  transpose,
} from "@gradloom/core";

/** The operation behind `pairwiseDistances`: the squared distances of points x [n, d] from points y [m, d], as [n, m]. */
export const distances: Operation<object> = fused<object>({
  name: "acme.distances",
  infer: ([x, y]) => [{ shape: [x!.shape[0]!, y!.shape[0]!], dtype: x!.dtype }],
  compose: ([x, y]) => {
    const difference = sub(expandDims(x!, 1), expandDims(y!, 0));
    return [sum(mul(difference, difference), { axis: 2 })];
  },
  grad: ({ inputs: [x, y], incoming: [d] }) => [
    () => mul(sub(mul(x!, sum(d!, { axis: 1, keepDims: true })), matmul(d!, y!)), 2),
    () => mul(sub(mul(y!, transpose(sum(d!, { axis: 0, keepDims: true }))), matmul(transpose(d!), x!)), 2),
  ],
  traits: { kernels: { wasm: "@acme/distances/wasm" } },
});

/** The squared distance of each point of x [n, d] from each of y [m, d]: [n, m]. */
export function pairwiseDistances(x: Tensor, y: Tensor): Tensor {
  return apply(distances, [x, y], {});
}
