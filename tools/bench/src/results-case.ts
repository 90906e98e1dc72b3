import { compile, type Tensor, variable, zerosLike } from "@gradloom/core";
import type { Case } from "./case.ts";

/** What becomes of large results: they are handed out, or go where a training keeps what it computes. */
export const ways: readonly string[] = ["handed out", "into variables"];

/** The same for the readers of a table. */
export const aboutResults: string =
  "Ours hands the results out, which copies them to JavaScript's memory, or assigns them to variables, which stay in the backend's as the results of the others do.";

/** A case whose runs compute named tensors. */
export function caseOf(way: string, compute: () => Readonly<Record<string, Tensor>>): Case {
  const kept = new Map(Object.entries(compute()).map(([name, value]) => [name, variable(zerosLike(value))]));
  const run = compile(() => {
    const results = compute();
    if (way === ways[0]) return results;
    for (const [name, value] of Object.entries(results)) kept.get(name)!.assign(value);
    return {};
  });
  return {
    run,
    async outputs() {
      const results = { ...Object.fromEntries(kept), ...run() };
      return Object.fromEntries(
        await Promise.all(Object.entries(results).map(async ([name, value]) => [name, await value.data()])),
      );
    },
  };
}
