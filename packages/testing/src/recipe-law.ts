import { fromRecipe, recipeOf, type Registrable, Registry } from "@gradloom/core";

/** A value comes back from its recipe: through JSON, by the registry, as the value that has the same recipe. */
export function recipeLaw(value: object, plugins: readonly Registrable[]): object {
  const written = JSON.stringify(recipeOf(value));
  const again = fromRecipe(JSON.parse(written) as ReturnType<typeof recipeOf>, new Registry(plugins)) as object;
  const rewritten = JSON.stringify(recipeOf(again));
  if (rewritten !== written) throw new Error(`the recipe ${written} makes a value whose recipe is ${rewritten}`);
  return again;
}
