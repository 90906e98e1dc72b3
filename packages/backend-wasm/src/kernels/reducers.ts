import type { DType } from "@gradloom/core/backend";
import { maxReducer } from "./max.ts";
import { sumReducer } from "./sum.ts";
import type { Reducer } from "./totals.ts";

/** How each primitive that reduces an axis does so. */
export const reducers: Readonly<Record<"sum" | "max", Reducer>> = { sum: sumReducer, max: maxReducer };

/** The reducer of a primitive that has one. */
export function reducerOf(name: string): Reducer {
  return reducers[name as keyof typeof reducers];
}

/** Whether a reduction looks at its elements again, in memory. */
export function isMended({ name, dtype }: { readonly name: string; readonly dtype: DType }): boolean {
  return reducerOf(name).ordered?.(dtype) ?? false;
}
