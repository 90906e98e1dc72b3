import { GradloomError, show } from "../errors/gradloom-error.ts";
import { apply, none } from "../ops/apply.ts";
import type { None } from "../tensor/primitives.ts";
import { type Operation, primitive } from "../tensor/operation.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The first input; the others are what its gradient goes to, by the rule of the node. */
const customGradientOperation: Operation<None> = /*#__PURE__*/ primitive<None>({
  name: "customGradient",
  infer: ([value]) => [value!],
  grad: ({ inputs }) => inputs.map(() => null),
  traits: { alias: true },
});

/** A value, and the gradient of each input (null where none flows) from the gradient that arrives at the value. */
export interface WithGradient {
  readonly value: Tensor;
  readonly gradient: (dy: Tensor) => readonly (Tensor | null)[];
}

/**
 * A function whose gradient is what `call` says instead of the derivative of its value. `call` must be pure: where a gradient is taken, it is called again.
 * Gradients of the gradient are the derivatives of what `gradient` builds; tensors from outside get none.
 */
export function customGradient<Inputs extends readonly Tensor[]>(
  call: (...inputs: Inputs) => WithGradient,
): (...inputs: Inputs) => Tensor {
  return (...inputs) => {
    const { value } = call(...inputs);
    const result = apply(customGradientOperation, [value, ...inputs], none);
    // From the node's own inputs, since a loop or a checkpoint makes the node again on others.
    result.node.backward = ({ inputs: [, ...given], incoming: [dy] }) => {
      const built = checked(given, call(...(given as unknown as Inputs)).gradient(dy!));
      return [null, ...built.map((gradient) => (gradient === null ? null : () => gradient))];
    };
    return result;
  };
}

function checked(inputs: readonly Tensor[], gradients: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  if (gradients.length !== inputs.length) {
    throw new GradloomError(
      "gradient-count",
      `customGradient: the gradient has ${gradients.length} entries for ${inputs.length} inputs; return one for each, null where none flows`,
    );
  }
  gradients.forEach((gradient, at) => {
    const input = inputs[at]!;
    if (gradient === null || (sameShape(gradient.shape, input.shape) && gradient.dtype === input.dtype)) return;
    throw new GradloomError(
      "gradient-shape",
      `customGradient: the gradient of input ${at} is ${gradient.dtype} ${show(gradient.shape)}, the input ${input.dtype} ${show(input.shape)}; ` +
        "they must be alike",
    );
  });
  return gradients;
}
