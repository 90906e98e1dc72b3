import { add, cast, mean, mul, reshape, sub, type Tensor } from "@gradloom/core";
import type { Kernel, TypedArray } from "@gradloom/core/backend";
import { apply, applyAll } from "../../src/ops/apply.ts";
import { fused } from "../../src/tensor/operation.ts";
import type { Operation } from "../../src/tensor/graph.ts";

const scaledOperation = fused<{ readonly factor: number }>({
  name: "scaled",
  infer: ([x]) => [x!],
  compose: ([x], { factor }) => [add(mul(x!, factor), x!)],
});

/** x * factor + x for float32, an operation with a meaning and no gradient rule. */
export function scaled(x: Tensor, factor: number): Tensor {
  return apply(scaledOperation, [cast(x, "float32")], { factor });
}

const centeredOperation = fused<Readonly<Record<never, never>>>({
  name: "centered",
  infer: ([x]) => [x!, { shape: [1], dtype: x!.dtype }],
  compose: ([x]) => {
    const middle = mean(x!, { keepDims: true });
    return [sub(x!, middle), middle];
  },
});

/** x less its mean, and the mean: an operation with a meaning and two outputs. */
export function centered(x: Tensor): readonly Tensor[] {
  return applyAll(centeredOperation, [reshape(cast(x, "float32"), [-1])], {});
}

/** The same bits as the meaning of `scaled`. */
const scaledKernel: Kernel<{ readonly factor: number }> = ([x], [y], { factor }) => {
  const by = Math.fround(factor);
  for (let i = 0; i < y!.size; i++) {
    const value = x!.data[x!.offset + i]!;
    y!.data[y!.offset + i] = Math.fround(value * by) + value;
  }
};

/** The same bits as the meaning of `centered`. */
const centeredKernel: Kernel<object> = ([x], [y, middle]) => {
  let total = 0;
  for (let i = 0; i < x!.size; i++) total += x!.data[x!.offset + i]!;
  const average: TypedArray = new Float32Array([Math.fround(total) / x!.size]);
  middle!.data[middle!.offset] = average[0]!;
  for (let i = 0; i < x!.size; i++) y!.data[y!.offset + i] = x!.data[x!.offset + i]! - average[0]!;
};

/** Kernels for both. */
export const fusedKernels: ReadonlyMap<Operation<never>, Kernel<never>> = new Map<Operation<never>, Kernel<never>>([
  [scaledOperation, scaledKernel],
  [centeredOperation, centeredKernel],
]);
