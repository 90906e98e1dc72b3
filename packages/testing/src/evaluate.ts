import { compile, type Tensor, tensor } from "@gradloom/core";
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

/** The tensor as an array. */
export async function readArray(computed: Tensor): Promise<HostArray> {
  return { shape: computed.shape, dtype: computed.dtype, data: await computed.data() };
}
