import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkTensor } from "../ops/apply.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Throws unless it is a tensor of one number without axes. */
export function checkNumber(name: string, x: Tensor, reduction: string = "sum or mean"): void {
  checkTensor(name, x);
  if (x.rank === 0) return;
  throw new GradloomError(
    "single-number",
    `${name}: it takes a single number, [], and got ${show(x.shape)}; reduce it first, with ${reduction}`,
  );
}
