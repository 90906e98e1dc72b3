import { compile, type Tensor, tensor, type Variable } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import type { HostArray } from "./host-array.ts";
import { rounded } from "./loop-backend.ts";

/** The array as a tensor. */
export function asTensor({ shape, dtype, data }: HostArray): Tensor {
  return tensor(rounded(data, dtype), { shape, dtype });
}

/** The tensors that `build` makes of the inputs, computed on the backend. */
export async function evaluate(
  backend: Backend,
  inputs: readonly HostArray[],
  build: (tensors: readonly Tensor[]) => readonly Tensor[],
): Promise<readonly HostArray[]> {
  const outputs = compile((...tensors: readonly Tensor[]) => build(tensors), { backend })(...inputs.map(asTensor));
  return Promise.all(outputs.map(readArray));
}

/** The tensor, or what the variable holds, as an array. */
export async function readArray(held: Tensor | Variable): Promise<HostArray> {
  return { shape: held.shape, dtype: held.dtype, data: await held.data() };
}
