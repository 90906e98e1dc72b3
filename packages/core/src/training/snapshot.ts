import { GradloomError } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import { tensor } from "../ops/creation.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import { dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Variable } from "../tensor/variable.ts";

/** Numbers by path: of every variable that training changes, and of what else decides how it goes on. */
export type Snapshot = ReadonlyMap<string, TypedArray>;

/** Copies of the numbers of variables, with counts. */
export async function takeSnapshot(
  variables: readonly Variable[],
  counts: Readonly<Record<string, number>>,
): Promise<Snapshot> {
  const numbers = await Promise.all(variables.map(async (one) => [one.name, await one.data()] as const));
  const counted = Object.entries(counts).map(([path, count]) => [path, Uint32Array.of(count)] as const);
  return new Map<string, TypedArray>([...numbers, ...counted]);
}

/** Puts numbers back into the variables and gives the counts of such names; nothing has changed if the snapshot does not fit. */
export function putSnapshot<Name extends string>(
  snapshot: Snapshot,
  variables: readonly Variable[],
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const count: TensorSpec = { shape: [1], dtype: "uint32" };
  const specs = new Map<string, TensorSpec>(variables.map((variable) => [variable.name, variable]));
  for (const name of names) specs.set(name, count);
  if (typeof snapshot?.get !== "function") throw unfit(`is ${showValue(snapshot)}`);
  for (const path of snapshot.keys()) if (!specs.has(path)) throw unfit(`has ${path}, which is not here`);
  for (const [path, spec] of specs) checkNumbers(path, snapshot.get(path), spec);
  for (const variable of variables) {
    const { shape, dtype } = variable;
    variable.assign(tensor(snapshot.get(variable.name)!, { shape, dtype }));
  }
  commit([], { on: variables[0] && placeOf(variables[0]) });
  return Object.fromEntries(names.map((name) => [name, snapshot.get(name)![0]!])) as Record<Name, number>;
}

function checkNumbers(path: string, data: TypedArray | undefined, { shape, dtype }: TensorSpec): void {
  if (data === undefined) throw unfit(`has no ${path}`);
  const { name } = dtypes[dtype].array;
  const size = sizeOf(shape);
  if (data?.[Symbol.toStringTag] === name && data.length === size) return;
  throw unfit(`has ${showValue(data)} of ${data?.length} for ${path}, which is ${name} of ${size}`);
}

function unfit(problem: string): GradloomError {
  // Why: A snapshot holds numbers by the paths of variables, those of the optimizer too. Another architecture, other names or another
  // optimizer have other paths.
  return new GradloomError(
    "snapshot",
    `restore: the snapshot ${problem}; it must come from a trainer of the same model and optimizer`,
  );
}
