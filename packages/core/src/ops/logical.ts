import { checkOptions } from "../errors/options.ts";
import type { Operand, ReduceOptions } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { checkTensor, checkTensors } from "./apply.ts";
import { axesOf, reduceFields, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal, greater, less, logicalNot, maximum, minimum } from "./elementwise.ts";
import { pair, stretched } from "./operands.ts";

/** a != b, as bool; true where either is NaN. */
export function notEqual(a: Operand, b: Operand): Tensor {
  if ((typeof a === "number") !== (typeof b === "number")) {
    checkTensor("notEqual", typeof a === "number" ? b : a);
    return logicalNot(equal(a, b));
  }
  const [one, other] = pair("notEqual", a, b);
  stretched("notEqual", [one, other]);
  return logicalNot(equal(one, other));
}

/** Both operands as bool: numbers count as true unless 0. */
function truths(name: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  checkTensors(name, [a, b]);
  stretched(name, [a, b]);
  return [cast(a, "bool"), cast(b, "bool")];
}

/** Whether both are true, as bool; numbers count as true unless 0. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return minimum(...truths("logicalAnd", a, b));
}

/** Whether at least one is true, as bool; numbers count as true unless 0. */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return maximum(...truths("logicalOr", a, b));
}

/** Whether exactly one is true, as bool; numbers count as true unless 0. */
export function logicalXor(a: Tensor, b: Tensor): Tensor {
  return notEqual(...truths("logicalXor", a, b));
}

/** Whether it is not a number, as bool. */
export function isNaN(x: Tensor): Tensor {
  return notEqual(x, x);
}

/** Whether it is neither infinite nor NaN, as bool. */
export function isFinite(x: Tensor): Tensor {
  return less(abs(x), Infinity);
}

/** Whether it is Infinity or -Infinity, as bool. */
export function isInf(x: Tensor): Tensor {
  return equal(abs(x), Infinity);
}

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
