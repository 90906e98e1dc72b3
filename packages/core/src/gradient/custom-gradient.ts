import { apply, checkFunction, none } from "../ops/apply.ts";
import type { None } from "../tensor/primitives.ts";
import type { Operation } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkedGradient, checkEntries } from "./backward.ts";

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
  checkFunction("customGradient", call);
  return (...inputs) => {
    const { value } = call(...inputs);
    const result = apply(customGradientOperation, [value, ...inputs], none);
    // From the node's own inputs, since a loop or a checkpoint makes the node again on others.
    result.node.backward = ({ inputs: [, ...given], incoming: [dy] }) => {
      const built = call(...(given as unknown as Inputs)).gradient(dy!);
      checkEntries(
        "customGradient: gradient gives",
        given.length,
        built,
        "a tensor",
        (entry) => entry instanceof Tensor,
      );
      const builders = built.map((gradient, at) => {
        if (gradient === null) return null;
        const checked = checkedGradient("customGradient", at, given[at]!, gradient);
        return () => checked;
      });
      return [null, ...builders];
    };
    return result;
  };
}
