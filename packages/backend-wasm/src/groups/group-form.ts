import type { DType, Group } from "@gradloom/core/backend";
import type { LoweredOperation } from "./computation.ts";
import type { Phase } from "./group-schedule.ts";

/**
 * How a kernel reads an input: element by element, one number for all, one for each row of the group, one for each run, the elements of a row
 * of its own for each run.
 */
export type Reading = "full" | "number" | "perRow" | "column" | "row";

/** What decides the code of a group, whatever its sizes. */
export interface GroupForm {
  readonly body: readonly LoweredOperation[];
  readonly results: Group["results"];
  readonly inputs: readonly { readonly dtype: DType; readonly reading: Reading }[];
  /** Axes that runs are arranged in; 0 where nothing is repeated. */
  readonly axes: number;
  /** What a task is: an element, or a run if there are any; a row; a piece of a row, where results of reductions are totals of pieces. */
  readonly tasks: "elements" | "rows" | "pieces";
  readonly phases: readonly Phase[];
}

/** The inputs that are repeated along more than rows. */
export function broadcastInputs({ inputs }: Pick<GroupForm, "inputs">): readonly number[] {
  return inputs.flatMap(({ reading }, at) => (reading === "row" || reading === "column" ? [at] : []));
}

/** What is written to memory of a row, in the order of the phases: references. */
export function keptBy({ phases }: Pick<GroupForm, "phases">): readonly number[] {
  return phases.flatMap(({ keeps }) => [...keeps]);
}

/** The dtype of an input at i >= 0, or of the result of operation ~i. */
export function dtypeOf({ body, inputs }: Pick<GroupForm, "body" | "inputs">, from: number): DType {
  return (from < 0 ? body[~from]! : inputs[from]!).dtype;
}
