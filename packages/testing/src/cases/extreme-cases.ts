import { elementwiseExtremes } from "./elementwise-extremes.ts";
import type { ExtremeCase } from "./extreme-case.ts";
import { rowExtremes } from "./row-extremes.ts";

/** The edges of every function of core that computes with floats, element by element or along axes. A function without a row does not compile. */
export const extremeCases: Readonly<Record<string, () => ExtremeCase>> = { ...elementwiseExtremes, ...rowExtremes };
