import { checkTensor, checkTensors } from "../ops/apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions } from "../errors/options.ts";
import { sum } from "../ops/axes.ts";
import { add, mul } from "../ops/elementwise.ts";
import { zerosLike } from "../ops/creation.ts";
import { hidden } from "../tensor/frame.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  checkTargets,
  gradientFields,
  type GradientOptions,
  gradients,
  type Target,
  vectorJacobianProduct,
} from "./gradients.ts";
import { stopGradient } from "./stop-gradient.ts";

/**
 * How the output changes when the targets move along the vectors: the Jacobian times the vectors, of the output's shape. One vector of its shape for each
 * target. Built of two reverse passes.
 */
export function jacobianVectorProduct(
  output: Tensor,
  targets: readonly Target[],
  vectors: readonly Tensor[],
  options: GradientOptions = {},
): Tensor {
  checkTensor("jacobianVectorProduct", output);
  checkOptions("jacobianVectorProduct", gradientFields, options);
  checkVectors("jacobianVectorProduct", targets, vectors);
  if (targets.length === 0) return zerosLike(output);
  return hidden(() => {
    // The gradients are linear in what arrives, so their derivative in it does not depend on its numbers.
    const arriving = zerosLike(output);
    const slopes = dot(vectorJacobianProduct(output, arriving, targets, options), vectors);
    return gradients(slopes, [arriving], { unused: "zeros" });
  })[0]!;
}

/** How the gradients of a single number change when the targets move along the vectors: the Hessian times the vectors, one tensor for each target. */
export function hessianVectorProduct(
  output: Tensor,
  targets: readonly Target[],
  vectors: readonly Tensor[],
  options: GradientOptions = {},
): readonly Tensor[] {
  checkTensor("hessianVectorProduct", output);
  checkOptions("hessianVectorProduct", gradientFields, options);
  checkVectors("hessianVectorProduct", targets, vectors);
  if (targets.length === 0) return [];
  return hidden(() => gradients(dot(gradients(output, targets, options), vectors), targets, { unused: "zeros" }));
}

/** The sum of all products; the vectors count as constants. */
function dot(tensors: readonly Tensor[], vectors: readonly Tensor[]): Tensor {
  return tensors.map((tensor, at) => sum(mul(tensor, stopGradient(vectors[at]!)))).reduce(add);
}

function checkVectors(name: string, targets: readonly Target[], vectors: readonly Tensor[]): void {
  checkTargets(name, targets);
  checkTensors(name, vectors);
  const fits = ({ shape, dtype }: Target, vector: Tensor | undefined): boolean =>
    vector !== undefined && sameShape(vector.shape, shape) && vector.dtype === dtype;
  if (vectors.length === targets.length && targets.every((target, at) => fits(target, vectors[at]))) return;
  const list = (specs: readonly (Target | Tensor)[]): string =>
    specs.map(({ shape, dtype }) => `${dtype} ${show(shape)}`).join(", ");
  throw new GradloomError(
    "vector-shape",
    `${name}: targets ${list(targets)} meet vectors ${list(vectors)}; give one vector of the same shape and dtype for each target`,
  );
}
