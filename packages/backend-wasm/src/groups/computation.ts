import { type GroupOperation, isFloat, type Primitives } from "@gradloom/core/backend";
import { maxReducer } from "../kernels/max.ts";
import { sumReducer } from "../kernels/sum.ts";
import type { Reducer } from "../kernels/totals.ts";
import type { ElementwiseFormula, Formula } from "../mathematics/formula.ts";
import { heavyFormulas, lightFormulas } from "../mathematics/formulas.ts";

/** How an operation of a group is computed. */
export type Computation = ElementwiseFormula | Reducer;

/** An operation of a group, by how it is computed. */
export interface LoweredOperation extends Omit<GroupOperation, "operation"> {
  readonly computation: Computation;
}

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
): Readonly<Record<Name, ElementwiseFormula>> {
  const made = Object.entries<Formula>(formulas).map(([name, formula]) => [name, { name, formula, light }]);
  return Object.fromEntries(made) as Readonly<Record<Name, ElementwiseFormula>>;
}

/** Whether it makes one number of many. */
export function isReducer(computation: Computation): computation is Reducer {
  return !("formula" in computation);
}

/** Whether a reduction reads its elements again, from memory. */
export function hasSecondPass({ computation, dtype }: LoweredOperation): boolean {
  return isFloat(dtype) && isReducer(computation) && computation.secondPass !== undefined;
}

/** Whether an operation on elements is an instruction or a few. */
export function isLight({ computation }: LoweredOperation): boolean {
  return "light" in computation && computation.light;
}

/** About how many nanoseconds an operation on one element takes beside reading and writing: the host's functions of doubles take twenty times as long. */
export function timeOf(work: LoweredOperation): number {
  if (isLight(work) || isReducer(work.computation)) return 0.07;
  return work.dtype === "float64" ? 16 : 0.8;
}
