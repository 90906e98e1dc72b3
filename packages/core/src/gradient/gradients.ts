import { checkTensor, checkTensors, checkFunction } from "../ops/apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { oneOf } from "../errors/rules.ts";
import { onesLike, zeros } from "../ops/creation.ts";
import { hidden, openFrame } from "../tensor/frame.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { refuseLeaked } from "../tensor/refuse-leaked.ts";
import { Variable } from "../tensor/variable.ts";
import { backward } from "./backward.ts";

/** What to differentiate by: a variable's current value or any tensor that the output was built from. */
export type Target = Variable | Tensor;

/** What becomes of a target that the output does not depend on: an error that names it (default), or zeros. */
export interface GradientOptions {
  readonly unused?: "error" | "zeros";
}

/** Their schema. */
export const gradientFields: Fields<GradientOptions> = { unused: oneOf("error", "zeros") };

/** The gradients of a single number in each target: one tensor of the target's shape and dtype each. Gradients have gradients. */
export function gradients(
  output: Tensor,
  targets: readonly Target[],
  options: GradientOptions = {},
): readonly Tensor[] {
  checkTensor("gradients", output);
  checkOptions("gradients", gradientFields, options);
  if (output.size !== 1) {
    throw new GradloomError(
      "gradients-output",
      `gradients: the output must be a single number, it is ${show(output.shape)}; reduce it first, e.g. mean(output), or give ` +
        "vectorJacobianProduct a vector",
    );
  }
  return differentiate("gradients", output, onesLike(output), targets, options);
}

/** The gradient of sum(vector * output) in each target: the product of the vector, of the output's shape, with the Jacobian. */
export function vectorJacobianProduct(
  output: Tensor,
  vector: Tensor,
  targets: readonly Target[],
  options: GradientOptions = {},
): readonly Tensor[] {
  checkTensor("vectorJacobianProduct", output);
  checkTensor("vectorJacobianProduct", vector);
  checkOptions("vectorJacobianProduct", gradientFields, options);
  if (show(vector.shape) !== show(output.shape)) {
    throw new GradloomError(
      "vector-shape",
      `vectorJacobianProduct: the vector ${show(vector.shape)} meets the output ${show(output.shape)}; they must have one shape`,
    );
  }
  return differentiate("vectorJacobianProduct", output, vector, targets, options);
}

function differentiate(
  name: string,
  output: Tensor,
  incoming: Tensor,
  targets: readonly Target[],
  { unused = "error" }: GradientOptions,
): readonly Tensor[] {
  if (!isFloat(output.dtype)) {
    throw new GradloomError(
      "gradients-dtype",
      `${name}: the output is ${output.dtype}; only float32 and float64 have gradients, cast it first`,
    );
  }
  checkTensor(name, incoming);
  checkTargets(name, targets);
  const tensors = targets.map(tensorOf);
  for (const tensor of [output, ...tensors]) refuseLeaked(name, tensor, openFrame().scope);
  return hidden(() => {
    const found = backward([output], [incoming], tensors);
    return found.map((gradient, at) => {
      const target = targets[at]!;
      if (gradient !== undefined) return gradient;
      if (unused === "zeros") return zeros(target.shape, target.dtype);
      throw unusedTarget(name, target, at);
    });
  });
}

/** Throws unless it is a list of tensors and variables. */
export function checkTargets(name: string, targets: readonly Target[]): void {
  checkTensors(name, Array.isArray(targets) ? Array.from(targets, tensorOf) : targets);
}

/** What stands for a target in the graph. */
function tensorOf(target: Target): Tensor {
  return target instanceof Variable ? target.node() : target;
}

function unusedTarget(name: string, target: Target, at: number): GradloomError {
  const what = target instanceof Variable ? `variable ${target.name}` : `target ${at}`;
  const why = isFloat(target.dtype) ? "" : ` (it is ${target.dtype}, which has no gradient)`;
  // Why: The gradient would be zero everywhere, which is mostly a mistake: a variable that was assigned after the output was built, a path
  // cut by `stopGradient` or by a whole-number cast, a layer that is not used.
  return new GradloomError(
    "unused-target",
    `${name}: the output does not depend on ${what} ${show(target.shape)}${why}; leave it out, build the output after its last assign, or pass { unused: "zeros" }`,
  );
}

/** The output and its gradients in the targets. */
export function valueAndGradients(
  output: () => Tensor,
  targets: readonly Target[],
  options: GradientOptions = {},
): { readonly value: Tensor; readonly gradients: readonly Tensor[] } {
  checkFunction("valueAndGradients", output);
  checkOptions("valueAndGradients", gradientFields, options);
  const value = output();
  return { value, gradients: gradients(value, targets, options) };
}
