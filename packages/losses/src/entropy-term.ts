import { equal, logicalAnd, mul, type Tensor, where } from "@gradloom/core";

/** p log q, the part of a class in a cross-entropy: 0 where p is 0, also where log q is -Infinity. */
export function entropyTerm(probability: Tensor, logProbability: Tensor): Tensor {
  const none = logicalAnd(equal(probability, 0), equal(logProbability, -Infinity));
  return mul(probability, where(none, 0, logProbability));
}
