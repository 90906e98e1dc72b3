import { openFrame } from "../tensor/frame.ts";
import type { TensorSpec, Node } from "../tensor/graph.ts";
import { type Closed, close, type Signature, type Subgraph } from "../tensor/subgraph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { TraceScope } from "../tensor/trace-scope.ts";
import { applyAll } from "./apply.ts";
import { ensureMethods } from "./methods.ts";

/** A node like another one on other inputs, with the gradient rule it had. */
function again(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  const outputs = applyAll(node.operation, inputs, node.attributes);
  outputs[0]!.node.backward = node.backward;
  return outputs;
}

/** A scope for a function that is about to be traced. */
export function newScope(name: string, isLoop = false): TraceScope {
  ensureMethods();
  return new TraceScope(name, openFrame().scope, isLoop);
}

/** Traces a function of tensors into a subgraph; what it takes from outside becomes explicit. */
export function closeOver(
  scope: TraceScope,
  specs: readonly TensorSpec[],
  build: (...parameters: readonly Tensor[]) => Signature,
): Closed {
  return close(scope, specs, build, again);
}

/** The nodes of a subgraph on other inputs, as far as results are made of them. */
export function inline(graph: Subgraph, inputs: readonly Tensor[], results?: readonly Tensor[]): readonly Tensor[] {
  return graph.on(inputs, again, results);
}
