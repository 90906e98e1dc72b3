import { GradloomError } from "../errors/gradloom-error.ts";
import type { Recipe } from "./define.ts";
import type { Kind, Kinds } from "./kinds.ts";
import type { Registry } from "./registry.ts";

/** The value that a recipe tells of, made by the registered factory. The same recipe object in two places gives the same value. */
export function fromRecipe(recipe: Recipe, registry: Registry): Kinds[Kind] {
  return made(recipe, registry, new Map());
}

function made(recipe: Recipe, registry: Registry, known: Map<Recipe, Kinds[Kind]>): Kinds[Kind] {
  const before = known.get(recipe);
  if (before !== undefined) return before;
  const factory = registry.get(recipe.kind as Kind, recipe.name);
  const { version, migrate, kind, name } = factory.definition;
  const from = recipe.version ?? 1;
  if (from > version || (from < version && migrate === undefined)) {
    // Why: The file was saved by another version of the package that has the factory: by a newer one, or by one so old that no way from
    // there is known. Loading the weights alone, with `loadWeights`, into a model that the program builds still works where shapes agree.
    throw new GradloomError(
      "recipe-version",
      `recipe: the one of ${kind} "${name}" has version ${from}, this library knows version ${version}; ${from > version ? "update the package that provides it" : "it has no way to migrate"}`,
    );
  }
  const options = revived(recipe.options, registry, known);
  const value = factory((from < version ? migrate!(options, from) : options) as object);
  known.set(recipe, value);
  return value;
}

/** Options with the values that their recipes tell of. */
function revived(value: unknown, registry: Registry, known: Map<Recipe, Kinds[Kind]>): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((entry) => revived(entry, registry, known));
  if ("kind" in value && "name" in value && "options" in value) return made(value as Recipe, registry, known);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, revived(entry, registry, known)]));
}
