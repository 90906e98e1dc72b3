import type { DType } from "@gradloom/core/backend";
import type { Phase, RowOperation } from "./row-schedule.ts";

/**
 * How a row kernel reads an input: element by element, one number for all, one for each row, one for each run, the elements of a longer row for
 * each run.
 */
export type RowReading = "full" | "number" | "perRow" | "column" | "row";

/** What decides the code of work on rows, whatever their number and length. */
export interface RowForm {
  readonly body: readonly RowOperation[];
  readonly results: readonly number[];
  readonly inputs: readonly { readonly dtype: DType; readonly reading: RowReading }[];
  /** Axes that runs are arranged in; 0 where nothing is stretched, and a row is one run. */
  readonly axes: number;
  /** Whether a task is a piece of a row, and results of reductions are totals of pieces. */
  readonly split: boolean;
  readonly phases: readonly Phase[];
}

/** The inputs that are stretched along more than rows. */
export function stretchedInputs({ inputs }: Pick<RowForm, "inputs">): readonly number[] {
  return inputs.flatMap(({ reading }, at) => (reading === "row" || reading === "column" ? [at] : []));
}

/** What is written to memory of the row, in the order of the phases: references. */
export function keptBy({ phases }: Pick<RowForm, "phases">): readonly number[] {
  return phases.flatMap(({ keeps }) => keeps);
}
