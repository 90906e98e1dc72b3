import { checkTensor } from "../ops/apply.ts";
import { checkOptions } from "../errors/options.ts";
import { reshape } from "../ops/axes.ts";
import { sliceAxis } from "../ops/movement.ts";
import { stack } from "../ops/rank.ts";
import { zeros } from "../ops/creation.ts";
import { hidden } from "../tensor/frame.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTargets, gradientFields, type GradientOptions, gradients, type Target } from "./gradients.ts";

/**
 * The derivative of each number of the output in each number of the target: [output's shape..., target's shape...]. One backward pass for each number of
 * the output, so for small outputs.
 */
export function jacobian(output: Tensor, target: Target, options: GradientOptions = {}): Tensor {
  checkTensor("jacobian", output);
  checkTargets("jacobian", [target]);
  checkOptions("jacobian", gradientFields, options);
  const shape = [...output.shape, ...target.shape];
  if (output.size === 0) return zeros(shape, target.dtype);
  return hidden(() => {
    const flat = reshape(output, [output.size]);
    const rows = Array.from(
      { length: output.size },
      (_, at) => gradients(sliceAxis(flat, 0, at, at + 1), [target], options)[0]!,
    );
    return [reshape(stack(rows), shape)];
  })[0]!;
}

/** The second derivatives of a single number in each pair of numbers of the target: [target's shape..., target's shape...]. */
export function hessian(output: Tensor, target: Target, options: GradientOptions = {}): Tensor {
  checkTensor("hessian", output);
  checkTargets("hessian", [target]);
  checkOptions("hessian", gradientFields, options);
  return hidden(() => [jacobian(gradients(output, [target], options)[0]!, target, { unused: "zeros" })])[0]!;
}
