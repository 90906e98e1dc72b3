import type { Backend } from "../backend/backend.ts";
import { compile } from "../backend/compile.ts";
import { reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { sub } from "../ops/elementwise.ts";
import { concat } from "../ops/movement.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** Tells the first of the variables that holds an infinite number or NaN: one program over all of them, one small read. */
export function finiteCheck(
  variables: readonly Variable[],
  backend: Backend | undefined,
): () => Promise<Variable | undefined> {
  const floats = variables.filter(({ dtype }) => isFloat(dtype));
  // x - x is 0 for finite numbers only.
  const spoilt = ({ value }: Variable): Tensor => reshape(sum(cast(sub(value, value), "float32")), [1]);
  const program = compile(() => concat(floats.map(spoilt)), backend === undefined ? {} : { backend });
  return async () => floats[(await program().data()).findIndex((value: number) => value !== 0)];
}
