import {
  checkValue,
  div,
  type GradientTransform,
  lessEqual,
  mul,
  norm,
  positiveNumber,
  type Tensor,
  where,
} from "@gradloom/core";

/** The gradient of each parameter, shrunk to the limit where its Euclidean norm is longer. */
export function clipByNorm(limit: number): GradientTransform {
  checkValue("clipByNorm", "limit", positiveNumber, limit);
  return { update: (gradient) => ({ update: shrunk(gradient, norm(gradient), limit) }) };
}

/** The gradient in its direction with the length `limit`, where its length is beyond that. A length of NaN makes all of it NaN. */
export function shrunk(gradient: Tensor, length: Tensor, limit: number): Tensor {
  return where(lessEqual(length, limit), gradient, mul(div(gradient, length), limit));
}
