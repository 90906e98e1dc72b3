import { GradloomError } from "../errors/gradloom-error.ts";
import { showSpecs } from "../errors/show-value.ts";
import { add } from "../ops/elementwise.ts";
import { zerosLike } from "../ops/creation.ts";
import { meaningOf } from "../ops/meaning-of.ts";
import { isFloat } from "../tensor/dtype.ts";
import { disagreement, sameSpecs } from "../tensor/operation.ts";
import type { GradientContext, InputGradients, Node } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The gradient of the sum of `outputs[i] * incoming[i]` in each target, by the chain rule from last node to first; `undefined` for a target that
 * no output depends on. With `cut` the targets count as independent of each other.
 */
export function backward(
  outputs: readonly Tensor[],
  incoming: readonly (Tensor | undefined)[],
  targets: readonly Tensor[],
  cut = false,
): readonly (Tensor | undefined)[] {
  const wanted = new Set(targets);
  const arrived = new Map<Tensor, Tensor>();
  const arrive = (tensor: Tensor, gradient: Tensor): void => {
    const before = arrived.get(tensor);
    arrived.set(tensor, before === undefined ? gradient : add(before, gradient));
  };
  outputs.forEach((output, at) => {
    if (incoming[at] !== undefined) arrive(output, incoming[at]);
  });
  const { nodes, leads } = pathsTo(wanted, outputs, cut);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    if (node.inputs.length === 0 || !leads.has(node) || !node.outputs.some((output) => arrived.has(output))) continue;
    if (cut && node.outputs.some((output) => wanted.has(output))) continue;
    const builders = gradientsOf(
      node,
      node.outputs.map((output) => arrived.get(output)),
    );
    node.inputs.forEach((input, place) => {
      const build = builders[place];
      if (build && (wanted.has(input) || (leads.has(input.node) && passes(input.node, wanted, cut))))
        arrive(input, checkedGradient(node.operation.name, place, input, build()));
    });
  }
  return targets.map((target) => arrived.get(target));
}

/** Whether a gradient that arrives at the node goes further. */
function passes(node: Node, wanted: ReadonlySet<Tensor>, cut: boolean): boolean {
  return !cut || !node.outputs.some((output) => wanted.has(output));
}

/** The nodes behind the outputs in the order of their making, and those among them through which a target is reached. */
function pathsTo(
  wanted: ReadonlySet<Tensor>,
  outputs: readonly Tensor[],
  cut: boolean,
): { readonly nodes: readonly Node[]; readonly leads: ReadonlySet<Node> } {
  const found = new Set<Node>();
  const open = outputs.map(({ node }) => node);
  while (open.length > 0) {
    const node = open.pop()!;
    if (found.has(node)) continue;
    found.add(node);
    if (cut && node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of inputsOf(node)) if (isFloat(input.dtype)) open.push(input.node);
  }
  const nodes = [...found].sort((a, b) => a.id - b.id);
  const leads = new Set<Node>();
  for (const node of nodes) {
    if (
      node.outputs.some((output) => wanted.has(output)) ||
      inputsOf(node).some((input) => isFloat(input.dtype) && leads.has(input.node))
    ) {
      leads.add(node);
    }
  }
  return { nodes, leads };
}

/** The inputs to which gradients may flow. */
function inputsOf({ operation, inputs }: Node): readonly Tensor[] {
  return operation.traits.constant === true ? [] : inputs;
}

/** A node's own rule, its operation's rule, or the differentiated meaning. */
function gradientsOf(node: Node, incoming: readonly (Tensor | undefined)[]): InputGradients {
  const { operation, inputs, outputs, attributes } = node;
  const context: GradientContext<object> = { inputs, outputs, attributes, incoming };
  const rule = node.backward ?? operation.grad;
  if (rule !== undefined) {
    const builders: unknown = rule(context);
    checkEntries(
      `${operation.name}: grad gives`,
      inputs.length,
      builders,
      "a function that builds it",
      (entry) => typeof entry === "function",
    );
    return builders as InputGradients;
  }
  const meaning = meaningOf(node);
  let gradients: readonly (Tensor | undefined)[] | undefined;
  return inputs.map((input, place) => {
    if (!isFloat(input.dtype) || inputs.indexOf(input) !== place) return null;
    return () => {
      gradients ??= backward(meaning, incoming, inputs, true);
      return gradients[place] ?? zerosLike(input);
    };
  });
}

/** Throws unless what gives gradients of inputs gives one for each, or null. */
export function checkEntries(
  gives: string,
  inputs: number,
  given: unknown,
  entry: string,
  isEntry: (entry: unknown) => boolean,
): void {
  const fits = Array.isArray(given) && given.length === inputs && given.every((one) => one === null || isEntry(one));
  if (fits) return;
  throw new GradloomError(
    "gradient-count",
    `${gives} ${showSpecs(given)} for ${inputs} inputs; it must give ${entry} for each, null where no gradient flows`,
  );
}

/** The gradient of an input, which must be of its shape and dtype. */
export function checkedGradient(name: string, place: number, input: Tensor, gradient: unknown): Tensor {
  if (gradient instanceof Tensor && sameSpecs([input], [gradient])) return gradient;
  throw disagreement(`${name}: input ${place} is`, [input], "its gradient is", [gradient]);
}
