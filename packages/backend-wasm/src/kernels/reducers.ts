import { type DType, isFloat } from "@gradloom/core/backend";
import { maxReducer } from "./max.ts";
import { sumReducer } from "./sum.ts";
import type { Reducer } from "./totals.ts";

/** The primitives that reduce an axis. */
export type ReducerName = "sum" | "max";

/** How they do so. */
export const reducers: Readonly<Record<ReducerName, Reducer>> = { sum: sumReducer, max: maxReducer };

/** An operation of a group, as far as reductions are told by it. */
interface Named {
  readonly operation: { readonly name: string };
  readonly dtype: DType;
}

/** Whether an operation makes one number of many. */
export function isReduction({ operation }: Named): boolean {
  return operation.name in reducers;
}

/** Whether a reduction looks at its elements again, in memory. */
export function isMended({ operation, dtype }: Named): boolean {
  return isFloat(dtype) && reducers[operation.name as ReducerName].mend !== undefined;
}
