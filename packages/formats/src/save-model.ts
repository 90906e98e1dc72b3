import { type Model, recipeOf } from "@gradloom/core";
import { checkModel } from "./check-model.ts";
import { formatVersion } from "./format-version.ts";
import { type SaveOptions, weightsOf } from "./save-weights.ts";
import { writeRecipe } from "./write-recipe.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/**
 * The model in a safetensors file: its numbers by path, as they are at the call, and its recipe in the metadata. An error names the path of
 * a part that has no recipe; `saveWeights` saves such a model.
 */
export async function saveModel(model: Model, options: SaveOptions = {}): Promise<Uint8Array> {
  checkModel("saveModel", model);
  const { layer, input, seed, dtype } = model;
  const recipe = writeRecipe({ layer: recipeOf(layer, "model"), input, dtype, seed }, "model");
  const tensors = await weightsOf("saveModel", model, options);
  return writeSafetensors({
    tensors,
    metadata: new Map([
      ["gradloom", formatVersion],
      ["model", recipe],
    ]),
  });
}
