import type { Model } from "@gradloom/core";
import { saveModel } from "../save-model.ts";
import { type SaveOptions, saveWeights } from "../save-weights.ts";
import type { FilePath } from "./file-failure.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Saves the model to a path, as `saveModel` gives it. The file is whole at any moment: until the new one is written and on the disk, the
 * earlier one stays, whatever ends the process.
 */
export async function saveModelFile(path: FilePath, model: Model, options: SaveOptions = {}): Promise<void> {
  await replaceFile("saveModelFile", path, await saveModel(model, options));
}

/** Saves the weights alone to a path, as `saveWeights` gives them and as safely as `saveModelFile`. */
export async function saveWeightsFile(path: FilePath, model: Model, options: SaveOptions = {}): Promise<void> {
  await replaceFile("saveWeightsFile", path, await saveWeights(model, options));
}
