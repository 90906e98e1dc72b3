import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** The values of variables, by the same names. */
export function valuesOf(cells: Readonly<Record<string, Variable>>): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell.value]));
}
