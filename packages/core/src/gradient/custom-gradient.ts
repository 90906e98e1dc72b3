import { GradloomError } from "../errors/gradloom-error.ts";
import { apply, checkFunction, checkTensor, checkTensors, none } from "../ops/apply.ts";
import { closeOver, inline, newScope } from "../ops/close-over.ts";
import { openFrame } from "../tensor/frame.ts";
import type { Operation } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkedGradient, checkEntries } from "./backward.ts";

const name = "customGradient";

/** The first input; the others are what its gradient is made of, by the rule of the node. */
const customGradientOperation: Operation<None> = /*#__PURE__*/ primitive<None>({
  name,
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
 * A function whose gradient is what `call` says instead of the derivative of its value. `call` is given stand-ins for the inputs, `gradient` one for what
 * arrives; both may use tensors from outside. These get no gradient; gradients of the gradient are the derivatives of what `gradient` builds.
 */
export function customGradient<Inputs extends readonly Tensor[]>(
  call: (...inputs: Inputs) => WithGradient,
): (...inputs: Inputs) => Tensor {
  checkFunction(name, call);
  return (...inputs) => {
    checkTensors(name, inputs);
    const outer = openFrame().scope;
    const scope = newScope(name);
    let built: readonly (Tensor | null)[] = [];
    const { graph, invariants } = closeOver(scope, inputs, (...given) => {
      const { value, gradient } = Object(call(...(given as unknown as Inputs))) as WithGradient;
      checkTensor(`${name}: the value`, value);
      checkFunction(`${name}: gradient`, gradient);
      const uses = scope.written().map(([, use]) => ({ ...use }));
      const dy = scope.parameter(value, 0);
      built = gradient(dy);
      checkEntries(`${name}: gradient gives`, given.length, built, "a tensor", (entry) => entry instanceof Tensor);
      if (scope.written().some(([, use], at) => use.value !== uses[at]?.value)) throw toldLate();
      return {
        parameters: [...given, ...uses.map(({ parameter }) => parameter), dy],
        results: [
          value,
          ...uses.map((use) => use.value),
          ...built.flatMap((entry, at) => (entry === null ? [] : checkedGradient(name, at, given[at]!, entry))),
        ],
      };
    });
    const cells = scope.written().map(([cell]) => cell);
    const given = [...inputs, ...cells.map((cell) => cell.read(outer))];
    const gradients = graph.results.slice(1 + cells.length);
    // Nothing but the gradients is made of what arrives, so the value takes its own place.
    const forward = graph.results.slice(0, 1 + cells.length);
    const [value, ...told] = inline(graph, [...given, graph.parameters[given.length]!, ...invariants], forward);
    cells.forEach((cell, at) => cell.write(told[at]!, outer));
    const result = apply(customGradientOperation, [value!, ...given, ...invariants], none);
    // From the node's own inputs, since a loop or a checkpoint makes the node again on others.
    result.node.backward = ({ inputs: [, ...own], incoming: [dy] }) => {
      let found: readonly Tensor[] | undefined;
      const find = (): readonly Tensor[] =>
        (found ??= inline(graph, [...own.slice(0, given.length), dy!, ...own.slice(given.length)], gradients));
      let place = 0;
      const builders = built.map((entry) => {
        const at = place;
        if (entry === null) return null;
        place++;
        return () => find()[at]!;
      });
      return [null, ...builders, ...own.slice(built.length).map(() => null)];
    };
    return result;
  };
}

function toldLate(): GradloomError {
  // Why: A gradient may be taken once, several times or never, so what it tells the context of a layer would count as often.
  return new GradloomError(
    "told-late",
    `${name}: gradient uses the context of a layer to tell something; tell it beside the value`,
  );
}
