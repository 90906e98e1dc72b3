import { checkTensor } from "./apply.ts";
import { checkOptions } from "../errors/options.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, axisOf, reduceFields } from "./axes.ts";
import { logicalNot, neg, sub } from "./elementwise.ts";
import { numberLike } from "./operands.ts";
import { argFields, argMax, type ArgOptions, max, refuseEmpty } from "./reduce.ts";

/** The same numbers in the opposite order: the smallest is the largest. Twice gives x again. */
function opposite(x: Tensor): Tensor {
  if (isFloat(x.dtype)) return neg(x);
  if (x.dtype === "bool") return logicalNot(x);
  // The complement, since the smallest integer has no negative.
  return sub(numberLike(x, x.dtype === "uint32" ? 2 ** 32 - 1 : -1), x);
}

/** The smallest number along the axes (all if left out); NaN if one is NaN. Bool: whether all are true. Equal minima share the gradient. */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("min", x);
  checkOptions("min", reduceFields, options);
  refuseEmpty("min", x, axesOf("min", options.axis, x.rank));
  return opposite(max(opposite(x), options));
}

/** Position of the smallest number along the axis, int32; the first of equals, NaN counts as smallest. Without an axis, in the flattened x. */
export function argMin(x: Tensor, options: ArgOptions = {}): Tensor {
  checkTensor("argMin", x);
  checkOptions("argMin", argFields, options);
  const { axis } = options;
  refuseEmpty("argMin", x, axis === undefined ? axesOf("argMin", axis, x.rank) : [axisOf("argMin", axis, x.rank)]);
  return argMax(opposite(x), options);
}
