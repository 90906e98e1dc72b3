import { GradloomError } from "../errors/gradloom-error.ts";
import { checkValue, type Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { tensor } from "../ops/creation.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import { dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Progress, TrainerView } from "./contracts.ts";

/** Numbers by path: of every variable that training changes, and of what else decides how it goes on. */
export type Snapshot = ReadonlyMap<string, TypedArray>;

/** In snapshots: epochs that were begun, and batches that wait for the rest of a step. */
const epochCount = "trainer/epochs";
const batchCount = "trainer/waiting";

const aTrainer: Rule<TrainerView> = /*#__PURE__*/ rule("a trainer", (value) => "progress" in Object(value));

/** Copies of everything that decides how training goes on: variables by path, and counts. The next `fit` begins with a new epoch. */
export async function snapshot(trainer: TrainerView): Promise<Snapshot> {
  checkValue("snapshot", "what it is given", aTrainer, trainer);
  const { progress } = trainer;
  const waiting = progress.gathering?.waiting ?? 0;
  const counts = { [epochCount]: progress.epochs, ...(waiting > 0 ? { [batchCount]: waiting } : {}) };
  const variables = variablesOf(progress, waiting > 0);
  const numbers = await Promise.all(variables.map(async (one) => [one.name, await one.data()] as const));
  const counted = Object.entries(counts).map(([path, count]) => [path, Uint32Array.of(count)] as const);
  return new Map<string, TypedArray>([...numbers, ...counted]);
}

/** Puts the numbers of a snapshot back; nothing has changed if it does not fit. The seed is an option of trainers, so the one that goes on needs the same. */
export function restore(trainer: TrainerView, from: Snapshot): void {
  checkValue("restore", "what it is given", aTrainer, trainer);
  const { progress } = trainer;
  if (typeof from?.get !== "function") throw unfit(`is ${showValue(from)}`);
  const amidStep = from.has(batchCount);
  const variables = variablesOf(progress, amidStep);
  const count: TensorSpec = { shape: [1], dtype: "uint32" };
  const specs = new Map<string, TensorSpec>(variables.map((variable) => [variable.name, variable]));
  for (const name of amidStep ? [epochCount, batchCount] : [epochCount]) specs.set(name, count);
  for (const path of from.keys()) if (!specs.has(path)) throw unfit(`has ${path}, which is not here`);
  for (const [path, spec] of specs) checkNumbers(path, from.get(path), spec);
  for (const variable of variables) {
    const { shape, dtype } = variable;
    variable.assign(tensor(from.get(variable.name)!, { shape, dtype }));
  }
  const last = variables.at(-1);
  commit([], { on: last && placeOf(last) });
  progress.epochs = from.get(epochCount)![0]!;
  const { gathering } = progress;
  if (amidStep) gathering!.waiting = from.get(batchCount)![0]!;
  else gathering?.discard();
}

/** What a snapshot holds: what was gathered too, in the middle of a step. */
function variablesOf({ variables, gathering }: Progress, amidStep: boolean): readonly Variable[] {
  return amidStep && gathering !== undefined ? [...variables, ...gathering.cells] : variables;
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
