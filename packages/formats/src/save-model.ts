import { type Model, recipeOf } from "@gradloom/core";
import { formatVersion } from "./format-version.ts";
import { writeRecipe } from "./recipe-json.ts";
import { weightsOf } from "./save-weights.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/**
 * The model in a safetensors file: its numbers by path, as they are at the call, and its recipe in the metadata. An error names the path of
 * a part that has no recipe; `saveWeights` saves such a model.
 */
export async function saveModel(model: Model): Promise<Uint8Array> {
  const { layer, input, seed, parameters } = model;
  const dtype = parameters[0]?.variable.dtype ?? "float32";
  const recipe = writeRecipe({ layer: recipeOf(layer, "model"), input, dtype, seed }, "model");
  const tensors = await weightsOf(model);
  return writeSafetensors({
    tensors,
    metadata: new Map([
      ["gradloom", formatVersion],
      ["model", recipe],
    ]),
  });
}
