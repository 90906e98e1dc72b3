import { checkOptions, GradloomError, type Model } from "@gradloom/core";
import { checkModel } from "./check-model.ts";
import { checkFinite, type NonFinite, nonFiniteRule } from "./non-finite.ts";
import type { StoredTensor } from "./safetensors.ts";
import { showPath } from "./show-path.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/** How a model or its weights are saved. */
export interface SaveOptions {
  /** What happens where a parameter or state holds NaN or infinity: nothing, if left out. */
  readonly nonFinite?: NonFinite;
}

/** The numbers of all parameters and states by path, as they are at the call, in a safetensors file. */
export async function saveWeights(model: Model, options: SaveOptions = {}): Promise<Uint8Array> {
  return writeSafetensors({ tensors: await weightsOf("saveWeights", model, options), metadata: new Map() });
}

/** The numbers of all parameters and states by path, as they are at the call. */
export async function weightsOf(
  caller: string,
  model: Model,
  options: SaveOptions,
): Promise<ReadonlyMap<string, StoredTensor>> {
  checkOptions<SaveOptions>(caller, { nonFinite: nonFiniteRule }, options);
  checkModel(caller, model);
  const variables = [...model.parameters, ...model.states];
  const numbers = variables.map(({ variable }) => variable.value.data());
  const arrays = await Promise.all(numbers);
  const weights = new Map<string, StoredTensor>();
  for (const [at, { path, variable }] of variables.entries()) {
    const stored = { dtype: variable.dtype, shape: variable.shape, data: arrays[at]! };
    if (weights.has(path)) throw pathTwice(caller, path);
    if (options.nonFinite === "error") checkFinite(caller, path, stored);
    weights.set(path, stored);
  }
  return weights;
}

function pathTwice(caller: string, path: string): GradloomError {
  return new GradloomError(
    "path-twice",
    `${caller}: two variables of the model have the path ${showPath(path)}, and a file holds one; give their layers different names`,
  );
}
