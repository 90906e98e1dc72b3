import {
  anyBackend,
  type Backend,
  build,
  checkOptions,
  fromRecipe,
  GradloomError,
  type Layer,
  type Model,
  type Recipe,
  type Registrable,
  registrables,
  Registry,
  type Shapes,
  showValue,
} from "@gradloom/core";
import { bytesOf, type FileBytes } from "./file-bytes.ts";
import { corruptFile } from "./file-error.ts";
import { formatVersion } from "./format-version.ts";
import { checkLimit } from "./limits.ts";
import { StoredWeights } from "./load-weights.ts";
import { type NonFinite, nonFiniteRule } from "./non-finite.ts";
import { readRecipe } from "./read-recipe.ts";
import { tensorsIn } from "./read-safetensors.ts";
import { structure } from "./structure.ts";

/** What a file's recipe is made with. */
export interface LoadModelOptions {
  /** What the layers, activations, … of the model are made by, and its backend. */
  readonly plugins?: readonly Registrable[];
  /** Where its variables live; the plugins' backend or the default if left out. */
  readonly backend?: Backend;
  /** What happens where the file holds NaN or infinity: an error, if left out. */
  readonly nonFinite?: NonFinite;
}

/** What the metadata tell of a model. */
interface ModelDocument {
  readonly layer: Recipe;
  readonly input: Shapes;
  readonly dtype: "float32" | "float64";
  readonly seed: number;
}

/** Throws unless they are options of `loadModel`. */
export function checkLoadOptions(name: string, options: LoadModelOptions): void {
  checkOptions<LoadModelOptions>(
    name,
    { plugins: registrables, backend: anyBackend, nonFinite: nonFiniteRule },
    options,
  );
}

/**
 * The model in a file of `saveModel`: made by the plugins from its recipe, with the numbers of the file. Nothing in the file is run, and
 * nothing is made by what the plugins do not provide.
 */
export function loadModel(file: FileBytes, options: LoadModelOptions = {}): Model {
  checkLoadOptions("loadModel", options);
  const { plugins = [], backend, nonFinite } = options;
  const { tensors, metadata } = tensorsIn(bytesOf("loadModel", file));
  const { layer, input, dtype, seed } = documentOf(metadata);
  const registry = new Registry([structure, ...plugins]);
  const weights = new StoredWeights("loadModel", tensors, nonFinite);
  const model = madeOf(() =>
    build(fromRecipe(layer, registry) as Layer, {
      input,
      dtype,
      seed,
      plugins: registry,
      values: (path, spec) => weights.take(path, spec),
      ...(backend === undefined ? {} : { backend }),
    }),
  );
  weights.end();
  return model;
}

function documentOf(metadata: ReadonlyMap<string, string>): ModelDocument {
  const version = metadata.get("gradloom");
  const recipe = metadata.get("model");
  if (version !== undefined && version !== formatVersion) {
    throw new GradloomError(
      "file-version",
      `loadModel: the file is of format version ${showValue(version)}, this is version ${formatVersion}; update @gradloom/formats`,
    );
  }
  if (version === undefined || recipe === undefined) {
    throw new GradloomError(
      "no-model",
      "loadModel: the file holds tensors and no model of Gradloom; build the model and put them in with loadWeights(model, bytes)",
    );
  }
  const document = readRecipe(recipe);
  if (!isDocument(document)) throw corruptFile("the recipe is not that of a model");
  return document;
}

function isDocument(value: unknown): value is ModelDocument {
  const { layer, input, dtype, seed } = (value ?? {}) as Partial<Record<keyof ModelDocument, unknown>>;
  return (
    (layer as Partial<Recipe> | undefined)?.kind === "layer" &&
    (isShape(input) || (Array.isArray(input) && input.length > 0 && input.every(isShape))) &&
    (dtype === "float32" || dtype === "float64") &&
    Number.isSafeInteger(seed)
  );
}

function isShape(value: unknown): boolean {
  if (!Array.isArray(value) || !value.every((size) => typeof size === "number")) return false;
  checkLimit("rank", value.length);
  return true;
}

/** What `make` gives; the options in a damaged file may be such that a plugin fails on them in any way. */
function madeOf(make: () => Model): Model {
  try {
    return make();
  } catch (error) {
    if (error instanceof GradloomError) throw error;
    throw corruptFile(`a plugin cannot make what the recipe tells of: ${showValue(String(error))}`);
  }
}
