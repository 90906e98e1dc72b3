import { GradloomError } from "../errors/gradloom-error.ts";
import { apply, applyAll, checkFunction, checkTensor, none } from "../ops/apply.ts";
import { closeOver, inline, newScope } from "../ops/close-over.ts";
import { zerosLike } from "../ops/creation.ts";
import { openFrame } from "../tensor/frame.ts";
import { isFloat } from "../tensor/dtype.ts";
import { fused, primitive } from "../tensor/operation.ts";
import type { Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Subgraph } from "../tensor/subgraph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { flatten, rebuild, type TensorTree } from "../tensor/tensor-tree.ts";
import { backward } from "./backward.ts";

/** The first input, once the second is there: what is computed from it cannot merge with what was computed earlier. */
const barrierOperation: Operation<None> = /*#__PURE__*/ primitive<None>({
  name: "barrier",
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy] }) => [() => dy!, null],
  traits: { barrier: true },
});

interface CheckpointAttributes {
  readonly body: Subgraph;
  /** How many inputs were arguments; the others were closed over. */
  readonly given: number;
}

const checkpointOperation: Operation<CheckpointAttributes> = /*#__PURE__*/ fused<CheckpointAttributes>({
  name: "checkpoint",
  infer: (_, { body }) => body.results,
  compose: (inputs, { body }) => inline(body, inputs),
  grad: ({ inputs, incoming, attributes: { body, given } }) => {
    const arrived = incoming.find((dy) => dy !== undefined)!;
    let found: readonly (Tensor | undefined)[] | undefined;
    const build = (): readonly (Tensor | undefined)[] => {
      const late = inputs.map((input, at) => (at < given ? apply(barrierOperation, [input, arrived], none) : input));
      return backward(inline(body, late), incoming, late, true);
    };
    return inputs.map((input, at) => (isFloat(input.dtype) ? () => (found ??= build())[at] ?? zerosLike(input) : null));
  },
});

/**
 * A function that keeps only its inputs and outputs for the gradient and computes what is between again when the gradient arrives: less memory for
 * more time (Chen et al. 2016, https://arxiv.org/abs/1604.06174).
 */
export function checkpoint<Inputs extends readonly Tensor[], Result extends TensorTree>(
  call: (...inputs: Inputs) => Result,
): (...inputs: Inputs) => Result {
  checkFunction("checkpoint", call);
  return (...inputs) => {
    if (inputs.length === 0) {
      throw new GradloomError(
        "checkpoint-inputs",
        "checkpoint: the function has no inputs; give it the tensors that it computes from as arguments",
      );
    }
    for (const input of inputs) checkTensor("checkpoint", input);
    const outer = openFrame().scope;
    const scope = newScope("checkpoint");
    let tree: TensorTree | undefined;
    const { graph: body, invariants } = closeOver(scope, inputs, (...parameters) => {
      tree = call(...(parameters as unknown as Inputs));
      const results = flatten("checkpoint", tree);
      const uses = scope.written().map(([, use]) => use);
      return {
        parameters: [...parameters, ...uses.map(({ parameter }) => parameter)],
        results: [...results, ...uses.map(({ value }) => value)],
      };
    });
    const cells = scope.written().map(([cell]) => cell);
    const given = [...inputs, ...cells.map((cell) => cell.read(outer))];
    const outputs = applyAll(checkpointOperation, [...given, ...invariants], { body, given: given.length });
    cells.forEach((cell, at) => cell.write(outputs[outputs.length - cells.length + at]!, outer));
    return rebuild(tree!, outputs) as Result;
  };
}
