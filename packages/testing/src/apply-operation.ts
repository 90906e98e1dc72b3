import { type Operation, type Tensor, tensor, type TensorSpec } from "@gradloom/core";

/** All outputs of any operation applied to tensors, with no function of core in between. */
export function applyOperation<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  const kind = tensor(0);
  const node: Tensor["node"] = {
    ...kind.node,
    operation: operation as unknown as Operation,
    attributes,
    inputs,
    outputs: [],
    device: inputs.find((input) => input.node.device !== undefined)?.node.device,
  };
  for (const spec of operation.infer(inputs, attributes)) kind.like(node, spec);
  return node.outputs;
}

let operations = 0;

/** An operation known by its name only: enough for a backend, without a gradient. */
export function namedOperation<Attributes>(
  name: string,
  infer: (inputs: readonly TensorSpec[], attributes: Attributes) => readonly TensorSpec[],
  traits: Operation["traits"] = {},
): Operation<Attributes> {
  // Below the ids that core gives and the codes that its structural keys use.
  return { name, id: -1000 - operations++, infer, traits };
}
