import { isFloat, type Primitives } from "@gradloom/core/backend";
import { maxReducer } from "../kernels/max.ts";
import { sumReducer } from "../kernels/sum.ts";
import type { Reducer } from "../kernels/totals.ts";
import type { ElementSite, Formula } from "../mathematics/arithmetic.ts";
import { heavyFormulas, lightFormulas } from "../mathematics/formulas.ts";
import type { Work } from "./group-form.ts";
import type { Quad } from "../mathematics/quad.ts";

/** What makes each element of the elements of its place. */
export interface Elementwise {
  /** Tells computations apart in the names of kernels. */
  readonly name: string;
  readonly formula: (site: ElementSite, operands: readonly Quad[], attributes: object) => Quad;
  /** Whether it is an instruction or a few. */
  readonly light: boolean;
}

/** How an operation of a group is computed. */
export type Computation = Elementwise | Reducer;

/** How each primitive is computed that may be part of a group. */
export const computations: { readonly [Name in keyof Primitives]?: Computation } = {
  .../*#__PURE__*/ named(lightFormulas, true),
  .../*#__PURE__*/ named(heavyFormulas, false),
  sum: sumReducer,
  max: maxReducer,
};

function named<Name extends string>(
  formulas: Readonly<Record<Name, Formula>>,
  light: boolean,
): Readonly<Record<Name, Elementwise>> {
  const made = Object.entries<Formula>(formulas).map(([name, formula]) => [name, { name, formula, light }]);
  return Object.fromEntries(made) as Readonly<Record<Name, Elementwise>>;
}

/** Whether it makes one number of many. */
export function isReducer(computation: Computation): computation is Reducer {
  return !("formula" in computation);
}

/** Whether a reduction looks at its elements again, in memory. */
export function isMended({ computation, dtype }: Work): boolean {
  return isFloat(dtype) && isReducer(computation) && computation.mend !== undefined;
}

/** Whether an operation on elements is an instruction or a few. */
export function isLight({ computation }: Work): boolean {
  return "light" in computation && computation.light;
}

/** About how many nanoseconds an operation on one element takes beside reading and writing: the host's functions of doubles take twenty times as long. */
export function timeOf(work: Work): number {
  if (isLight(work) || isReducer(work.computation)) return 0.07;
  return work.dtype === "float64" ? 16 : 0.8;
}
