import { GradloomError, recipeDepth } from "@gradloom/core";

type Limit = "numbers" | "header" | "entries" | "name" | "rank" | "depth" | "values";

/**
 * What a file may have at most: how much, of what, and what to do about more. Reading checks it before anything is made of what is read, and
 * saving before anything is written, so that what is saved can be loaded.
 */
const limits: Readonly<Record<Limit, readonly [most: number, what: string, advice: string]>> = {
  numbers: [2 ** 32, "bytes of numbers", "save it in several files"],
  header: [2 ** 25, "bytes of header", "shorten names and options"],
  entries: [100_000, "names", "save it in several files"],
  name: [4096, "characters in a name", "shorten it"],
  rank: [32, "axes in a shape", "reshape it"],
  depth: [recipeDepth, "levels of nesting in the recipe", "nest layers and options less deeply"],
  values: [250_000, "values in the recipe, shared ones counted wherever they stand", "use fewer layers or options"],
};

/** Throws where there is more of something than a file may have. */
export function checkLimit(of: Limit, found: number): void {
  const [most, what, advice] = limits[of];
  if (found <= most) return;
  // Why: A few bytes can ask for any amount of memory: a number that is a length, lists in lists, a part that is used twice by each of its
  // users. Files are therefore bounded, in saving as in loading: what `saveModel` gives, `loadModel` takes.
  throw new GradloomError(
    "file-limit",
    `safetensors: more than ${most} ${what}, the limit for files that are saved or loaded; ${advice}`,
  );
}
