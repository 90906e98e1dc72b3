import type { Model } from "@gradloom/core";
import { loadModel, type LoadModelOptions } from "../load-model.ts";
import { loadWeights, type LoadWeightsOptions } from "../load-weights.ts";
import { readFile } from "./read-file.ts";

/** The model in a file of `saveModelFile`, made as `loadModel` makes it. */
export async function loadModelFile(path: string | URL, options: LoadModelOptions = {}): Promise<Model> {
  return loadModel(await readFile("loadModelFile", path), options);
}

/** Puts the numbers of a safetensors file into the model, as `loadWeights` does. */
export async function loadWeightsFile(
  path: string | URL,
  model: Model,
  options: LoadWeightsOptions = {},
): Promise<void> {
  loadWeights(model, await readFile("loadWeightsFile", path), options);
}
