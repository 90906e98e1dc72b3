import { checkTensor } from "./apply.ts";
import { checkOptions } from "../errors/options.ts";
import type { ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, reduceFields, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal, greater, logicalNot } from "./elementwise.ts";

function count(name: string, x: Tensor, options: ReduceOptions): Tensor {
  checkOptions(name, reduceFields, options);
  return sum(cast(x, "bool"), { ...options, axis: axesOf(name, options.axis, x.rank) });
}

/** How many numbers along the axes (all if left out) are not 0, int32. */
export function countNonzero(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("countNonzero", x);
  return count("countNonzero", x, options);
}

/** Whether any is true along the axes (all if left out), bool; false of none. Numbers count as true unless 0. */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("any", x);
  return greater(count("any", x, options), 0);
}

/** Whether all are true along the axes (all if left out), bool; true of none. Numbers count as true unless 0. */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor("all", x);
  return equal(count("all", logicalNot(x), options), 0);
}
