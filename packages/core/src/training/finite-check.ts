import { reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { sub } from "../ops/elementwise.ts";
import { concat } from "../ops/movement.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Workplace } from "./workplace.ts";

/** Tells the first of the variables that holds an infinite number or NaN: one program over all of them, one small read. */
export function finiteCheck(
  variables: readonly Variable[],
  { compiled }: Workplace,
): () => Promise<Variable | undefined> {
  const floats = variables.filter(({ dtype }) => isFloat(dtype));
  // x - x is 0 for finite numbers only.
  const spoilt = ({ value }: Variable): Tensor => reshape(sum(cast(sub(value, value), "float32")), [1]);
  const program = compiled(() => concat(floats.map(spoilt)));
  return async () => floats[(await program().data()).findIndex((value: number) => value !== 0)];
}
