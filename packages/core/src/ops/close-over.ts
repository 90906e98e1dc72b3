import type { TensorSpec } from "../tensor/operation.ts";
import { type Closed, close, type Subgraph } from "../tensor/subgraph.ts";
import type { Node, Tensor } from "../tensor/tensor.ts";
import { applyAll } from "./apply.ts";
import { newLeaf } from "./creation.ts";

/** A node like another one on other inputs, with the gradient rule it had. */
function again(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  const outputs = applyAll(node.operation, inputs, node.attributes, node.outputs[0]!);
  outputs[0]!.node.backward = node.backward;
  return outputs;
}

/** Traces a function of tensors into a subgraph; what it takes from outside becomes explicit. */
export function closeOver(
  name: string,
  specs: readonly TensorSpec[],
  build: (...parameters: readonly Tensor[]) => readonly Tensor[],
): Closed {
  return close(name, specs, build, (spec, index) => newLeaf({ kind: "parameter", index, number: false }, spec), again);
}

/** The nodes of a subgraph on other inputs. */
export function inline(graph: Subgraph, inputs: readonly Tensor[]): readonly Tensor[] {
  return graph.on(inputs, again);
}
