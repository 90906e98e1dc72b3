import { GradloomError } from "../errors/gradloom-error.ts";
import { notePending, openFrame } from "../tensor/commit.ts";
import type { Device } from "../tensor/device.ts";
import { leafNode, newNode, none } from "../tensor/node.ts";
import type { Operation, TensorSpec } from "../tensor/operation.ts";
import type { Storage, Tensor } from "../tensor/tensor.ts";

export { none };

/** The one door: checks shapes and dtypes at the caller's line and records a node. All outputs of the operation. */
export function applyAll<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
  kind: Tensor = inputs[0]!,
): readonly Tensor[] {
  const specs = operation.infer(inputs, attributes);
  const node = newNode(operation as unknown as Operation, inputs, attributes, deviceOf(operation, inputs));
  for (let output = 0; output < specs.length; output++) kind.like(node, specs[output]!);
  if (openFrame().parent === undefined)
    for (let input = 0; input < inputs.length; input++) inputs[input]!.node.consumed = true;
  notePending(node);
  return node.outputs;
}

/** The one output of an operation that has one. */
export function apply<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor {
  return applyAll(operation, inputs, attributes)[0]!;
}

/** A tensor whose numbers are known or come from outside; `kind` gives the class. */
export function leaf(kind: Tensor, storage: Storage, spec: TensorSpec): Tensor {
  const tensor = kind.like(leafNode(), spec);
  tensor.storage = storage;
  return tensor;
}

/** The device where the inputs live; two different ones cannot meet. */
function deviceOf(operation: { readonly name: string }, inputs: readonly Tensor[]): Device | undefined {
  let device: Device | undefined;
  for (let input = 0; input < inputs.length; input++) {
    const other = inputs[input]!.node.device;
    if (other === undefined || other === device) continue;
    if (device !== undefined) {
      throw new GradloomError(
        "two-backends",
        `${operation.name}: one input lives on backend ${device.name}, another on ${other.name}; copy one with to(tensor, backend)`,
      );
    }
    device = other;
  }
  return device;
}
