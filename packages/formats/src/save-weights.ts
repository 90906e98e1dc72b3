import type { Model } from "@gradloom/core";
import type { StoredTensor } from "./safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/** The numbers of all parameters and states by path, as they are at the call, in a safetensors file. */
export async function saveWeights(model: Model): Promise<Uint8Array> {
  return writeSafetensors({ tensors: await weightsOf(model), metadata: new Map() });
}

/** The numbers of all parameters and states by path, as they are at the call. */
export async function weightsOf(model: Model): Promise<ReadonlyMap<string, StoredTensor>> {
  const variables = [...model.parameters, ...model.states];
  const numbers = variables.map(({ variable }) => variable.value.data());
  const arrays = await Promise.all(numbers);
  return new Map(
    variables.map(({ path, variable: { dtype, shape } }, at) => [path, { dtype, shape, data: arrays[at]! }]),
  );
}
