import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields, type Rule } from "../errors/options.ts";
import { anything, required, rule, text, wholeNumber } from "../errors/rules.ts";
import { isRecipe, type Recipe } from "./define.ts";
import type { Kind, Kinds } from "./kinds.ts";
import type { Registry } from "./registry.ts";

/** The value that a recipe tells of, made by the registered factory. The same recipe object in two places gives the same value. */
export function fromRecipe(recipe: Recipe, registry: Registry): Kinds[Kind] {
  checkValue("fromRecipe", "the registry", isRegistry, registry);
  return made(recipe, registry, new Map());
}

const isRegistry: Rule = /*#__PURE__*/ rule(
  "a Registry",
  (value) => typeof (value as Partial<Registry> | null | undefined)?.resolve === "function",
);

const recipeFields: Fields<Recipe> = {
  kind: required(rule("a word such as layer", (kind) => /^\w{1,40}$/.test(kind as string))),
  name: required(text),
  version: wholeNumber(1),
  options: required(anything()),
};

function made(recipe: Recipe, registry: Registry, known: Map<object, unknown>): Kinds[Kind] {
  const before = known.get(recipe);
  if (before !== undefined) return before as Kinds[Kind];
  checkOptions("recipe", recipeFields, recipe);
  const { version, migrate, kind, name, make } = registry.get(recipe.kind as Kind, recipe.name).definition;
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
  const value = make((from < version ? migrate!(options, from) : options) as object);
  known.set(recipe, value);
  return value;
}

/** Options with the values that their recipes tell of. */
function revived(value: unknown, registry: Registry, known: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (isRecipe(value)) return made(value, registry, known);
  const before = known.get(value);
  if (before !== undefined) return before;
  const again = Array.isArray(value)
    ? value.map((entry) => revived(entry, registry, known))
    : Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, revived(entry, registry, known)]));
  known.set(value, again);
  return again;
}
