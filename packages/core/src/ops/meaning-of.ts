import { GradloomError } from "../errors/gradloom-error.ts";
import { showSpecs } from "../errors/show-value.ts";
import { inFrame, openFrame } from "../tensor/frame.ts";
import { newestNode } from "../tensor/node.ts";
import { disagreement, sameSpecs } from "../tensor/operation.ts";
import type { Node } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/** What a node's outputs are made of by its operation's meaning: of its inputs alone, and as `infer` says. */
export function meaningOf({ operation, inputs, attributes, outputs }: Node): readonly Tensor[] {
  return inFrame(() => {
    const before = newestNode();
    const meaning = operation.compose!(inputs, attributes);
    if (!isTensors(meaning) || !sameSpecs(outputs, meaning))
      throw disagreement(`fused ${operation.name}: infer says`, outputs, "compose gives", meaning);
    const [assigned] = openFrame().assigned.keys();
    if (assigned !== undefined) throw dependent(operation.name, `assigns variable ${assigned.name}`);
    const outside = fromOutside(meaning, inputs, before);
    if (outside !== undefined) throw dependent(operation.name, `reads a tensor ${showSpecs([outside])} from outside`);
    return meaning;
  }).result;
}

function isTensors(given: unknown): given is readonly Tensor[] {
  return Array.isArray(given) && given.every((one) => one instanceof Tensor);
}

/** A tensor behind a meaning that is none of the inputs, was there before and is no known numbers. */
function fromOutside(meaning: readonly Tensor[], inputs: readonly Tensor[], before: number): Tensor | undefined {
  const open = [...meaning];
  const seen = new Set(inputs);
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const { node, storage } = tensor;
    if (storage === undefined ? node.id <= before : storage.kind === "device" || storage.kind === "parameter")
      return tensor;
    if (storage === undefined) for (const input of node.inputs) open.push(input);
  }
  return undefined;
}

function dependent(name: string, what: string): GradloomError {
  // Why: A program is built once for all graphs of one structure, so a meaning may depend on nothing that the structure does not tell: tensors that
  // it needs are inputs, numbers are attributes.
  return new GradloomError("meaning", `fused ${name}: compose ${what}; it may use its inputs and attributes alone`);
}
