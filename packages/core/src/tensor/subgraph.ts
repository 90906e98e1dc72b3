import { GradloomError } from "../errors/gradloom-error.ts";
import type { Structural } from "./attributes.ts";
import { inFrame, traced } from "./commit.ts";
import type { Goal } from "./device.ts";
import type { TensorSpec } from "./operation.ts";
import { isBaked, record, type Recording, sameStructure } from "./recording.ts";
import type { Node, Tensor } from "./tensor.ts";

/** Makes a leaf for a parameter of a subgraph. */
export type MakeParameter = (spec: TensorSpec, index: number) => Tensor;

/** Makes a node like another one on other inputs; its outputs. */
export type Remake = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

/**
 * A graph as plain data: results built from parameters and nothing else. An attribute of operations that run a graph inside theirs; two
 * subgraphs of one structure are equal.
 */
export class Subgraph implements Structural {
  readonly parameters: readonly Tensor[];
  readonly results: readonly Tensor[];
  readonly hash: number;
  private readonly recording: Recording;

  constructor(parameters: readonly Tensor[], results: readonly Tensor[]) {
    this.parameters = parameters;
    this.results = results;
    const recording = record(this.goals);
    this.recording = { ...recording, code: recording.code.slice() };
    this.hash = recording.hash;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof Subgraph &&
      sameStructure(this.recording, other.recording) &&
      this.parameters.length === other.parameters.length
    );
  }

  get goals(): readonly Goal[] {
    return this.results.map((tensor) => ({ tensor }));
  }

  /** The graph on other inputs: what each result is made of them. */
  on(inputs: readonly Tensor[], remake: Remake): readonly Tensor[] {
    return remade(this.results, new Map(this.parameters.map((parameter, at) => [parameter, inputs[at]!])), remake);
  }
}

/** A traced function as a subgraph, and the tensors from outside that it uses, which become its last parameters. */
export interface Closed {
  readonly graph: Subgraph;
  readonly invariants: readonly Tensor[];
}

/** Traces a function of tensors of the given specs; what it takes from outside becomes explicit. */
export function close(
  name: string,
  specs: readonly TensorSpec[],
  build: (...parameters: readonly Tensor[]) => readonly Tensor[],
  makeParameter: MakeParameter,
  remake: Remake,
): Closed {
  const parameters = specs.map(makeParameter);
  const { result, assigned } = traced(() => build(...parameters));
  if (assigned.size > 0) {
    const [variable] = assigned.keys();
    throw new GradloomError(
      "assign-inside",
      `${name}: variable ${variable!.name} is assigned inside; return the value and assign it outside`,
    );
  }
  const inside = dependents(result, new Set(parameters));
  const replaced = new Map<Tensor, Tensor>(parameters.map((parameter) => [parameter, parameter]));
  const invariants: Tensor[] = [];
  const closeOver = (tensor: Tensor): void => {
    if (replaced.has(tensor) || isBaked(tensor.storage) || inside.has(tensor.node)) return;
    replaced.set(tensor, makeParameter(tensor, specs.length + invariants.length));
    invariants.push(tensor);
  };
  for (const node of inside) node.inputs.forEach(closeOver);
  result.forEach(closeOver);
  const results = inFrame(() => remade(result, replaced, remake)).result;
  const all = [...parameters, ...invariants.map((tensor) => replaced.get(tensor)!)];
  return { graph: new Subgraph(all, results), invariants };
}

/** The nodes behind the results that depend on a parameter, in the order of their making. */
function dependents(results: readonly Tensor[], parameters: ReadonlySet<Tensor>): ReadonlySet<Node> {
  const nodes = nodesBehind(results);
  const depends = new Set<Node>();
  for (const node of nodes) {
    if (node.inputs.some((input) => parameters.has(input) || depends.has(input.node))) depends.add(node);
  }
  return depends;
}

/** Rebuilds what is behind the results with some tensors replaced. */
function remade(results: readonly Tensor[], replaced: ReadonlyMap<Tensor, Tensor>, remake: Remake): readonly Tensor[] {
  const known = new Map(replaced);
  for (const node of nodesBehind(results, replaced)) {
    if (node.inputs.length === 0 && node.outputs.every((output) => output.storage !== undefined)) continue;
    if (node.outputs.every((output) => known.has(output))) continue;
    const outputs = remake(
      node,
      node.inputs.map((input) => known.get(input) ?? input),
    );
    node.outputs.forEach((output, at) => known.set(output, outputs[at]!));
  }
  return results.map((result) => known.get(result) ?? result);
}

/** The nodes behind tensors in the order of their making, not past those that are replaced. */
function nodesBehind(tensors: readonly Tensor[], stops: ReadonlyMap<Tensor, Tensor> = new Map()): readonly Node[] {
  const found = new Set<Node>();
  const open = tensors.filter((tensor) => !stops.has(tensor)).map(({ node }) => node);
  while (open.length > 0) {
    const node = open.pop()!;
    if (found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) if (!stops.has(input)) open.push(input.node);
  }
  return [...found].sort((a, b) => a.id - b.id);
}
