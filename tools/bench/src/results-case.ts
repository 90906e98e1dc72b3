import { compile, type Tensor, type TypedArray, variable, zerosLike } from "@gradloom/core";
import type { Case, Outputs } from "./case.ts";

/** What becomes of large results: they are handed out, or go where a training keeps what it computes. */
export const ways: readonly string[] = ["handed out", "into variables"];

/** The same for the readers of a table. */
export const aboutResults: string =
  "Ours hands the results out, which copies them to JavaScript's memory, or assigns them to variables, which stay in the backend's as the results of the others do.";

/** A case whose runs compute named tensors, of tensors that are made anew for each. */
export function caseOf(
  way: string,
  compute: (...inputs: readonly Tensor[]) => Readonly<Record<string, Tensor>>,
  inputs: () => readonly Tensor[] = () => [],
): Case {
  if (way === ways[0]) {
    const program = compile(compute);
    const run = (): Readonly<Record<string, Tensor>> => program(...inputs());
    return { run, outputs: async () => dataOf(run()) };
  }
  const kept = Object.fromEntries(
    Object.entries(compute(...inputs())).map(([name, value]) => [name, variable(zerosLike(value))]),
  );
  const program = compile((...given: readonly Tensor[]) => {
    for (const [name, value] of Object.entries(compute(...given))) kept[name]!.assign(value);
  });
  const run = (): void => program(...inputs());
  return {
    run,
    async outputs() {
      run();
      return dataOf(kept);
    },
  };
}

async function dataOf(results: Readonly<Record<string, { data(): Promise<TypedArray> }>>): Promise<Outputs> {
  const read = Object.entries(results).map(async ([name, value]) => [name, await value.data()] as const);
  return Object.fromEntries(await Promise.all(read));
}
