import type { Model } from "@gradloom/core";
import { checkLoadOptions, loadModel, type LoadModelOptions } from "../load-model.ts";
import { checkLoadWeights, loadWeights, type LoadWeightsOptions } from "../load-weights.ts";
import type { FilePath } from "./file-failure.ts";
import { readFile } from "./read-file.ts";

/** The model in a file of `saveModelFile`, made as `loadModel` makes it. */
export async function loadModelFile(path: FilePath, options: LoadModelOptions = {}): Promise<Model> {
  checkLoadOptions("loadModelFile", options);
  return loadModel(await readFile("loadModelFile", path), options);
}

/** Puts the numbers of a safetensors file into the model, as `loadWeights` does. */
export async function loadWeightsFile(path: FilePath, model: Model, options: LoadWeightsOptions = {}): Promise<void> {
  checkLoadWeights("loadWeightsFile", model, options);
  loadWeights(model, await readFile("loadWeightsFile", path), options);
}
