import { floor, equal, greaterEqual, less, lessEqual, logicalAnd, mul, type Tensor, where } from "@gradloom/core";

/** Whether each label is the number of a class. */
export function isClass(label: Tensor, classes: number): Tensor {
  return logicalAnd(logicalAnd(greaterEqual(label, 0), less(label, classes)), equal(floor(label), label));
}

/** Probabilities; NaN in the place of what is none. */
export function probabilities(target: Tensor): Tensor {
  return where(logicalAnd(greaterEqual(target, 0), lessEqual(target, 1)), target, NaN);
}

/** The numbers where something is known, and NaN, with NaN for a gradient, where it is not. */
export function whereKnown(known: Tensor, numbers: Tensor): Tensor {
  return mul(numbers, where(known, 1, NaN));
}
