import { checkTensor } from "./apply.ts";
import { checkOptions } from "../errors/options.ts";
import type { ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reduceAxes, reduceFields, reshape, sum } from "./axes.ts";
import { add, mul } from "./elementwise.ts";
import { concat, sliceAxis } from "./movement.ts";
import { toNumber } from "./operands.ts";

/** [outer, length, inner] -> [outer, inner]: halves are multiplied until one is left, so no gradient divides by a factor that may be 0. */
function product(x: Tensor): Tensor {
  const [outer, , inner] = x.shape as readonly [number, number, number];
  let rest = x;
  for (let length = x.shape[1]!; length > 1; length = rest.shape[1]!) {
    const half = Math.floor(length / 2);
    const pairs = mul(sliceAxis(rest, 1, 0, half), sliceAxis(rest, 1, half, 2 * half));
    rest = length % 2 === 0 ? pairs : concat([pairs, sliceAxis(rest, 1, 2 * half, length)], 1);
  }
  return rest.shape[1] === 0 ? add(sum(rest, { axis: 1 }), 1) : reshape(rest, [outer, inner]);
}

/**
 * Multiplies the numbers along the axes (all if left out); 1 of none. Bool counts as int32. Parts multiply first: their products may
 * leave the dtype where the whole does not.
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("prod", x);
  checkOptions("prod", reduceFields, options);
  return reduceAxes("prod", toNumber("prod", x), options, product);
}
