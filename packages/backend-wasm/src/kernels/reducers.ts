import { maxReducer } from "./max.ts";
import { sumReducer } from "./sum.ts";
import type { Reducer } from "./totals.ts";

/** How each primitive that reduces an axis does so. */
export const reducers: Readonly<Record<"sum" | "max", Reducer>> = { sum: sumReducer, max: maxReducer };
