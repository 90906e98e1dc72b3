import { GradloomError } from "../errors/gradloom-error.ts";
import type { Structural } from "./attributes.ts";
import { inFrame, traced } from "./frame.ts";
import type { Goal, Graph, Node, Tensor, TensorSpec } from "./graph.ts";
import { isBaked, record, type Recording, sameStructure } from "./recording.ts";
import { refuseLeaked } from "./refuse-leaked.ts";
import type { TraceScope } from "./trace-scope.ts";

/** Makes a node like another one on other inputs; its outputs. */
export type Remake = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

/** A graph that is an attribute of the operation that runs it; two of one structure are equal. */
export class Subgraph implements Structural, Graph {
  readonly parameters: readonly Tensor[];
  readonly results: readonly Tensor[];
  readonly hash: number;
  private readonly scope: TraceScope;
  private readonly recording: Recording;

  constructor(scope: TraceScope, parameters: readonly Tensor[], results: readonly Tensor[]) {
    this.scope = scope;
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

  within<Result>(work: () => Result): Result {
    return this.scope.reopened(() => inFrame(work, { scope: this.scope }).result);
  }

  /** The graph on other inputs: what results are made of them, all if left out. */
  on(inputs: readonly Tensor[], remake: Remake, results: readonly Tensor[] = this.results): readonly Tensor[] {
    return remade(results, new Map(this.parameters.map((parameter, at) => [parameter, inputs[at]!])), remake);
  }
}

/** A traced function as a subgraph, and the tensors from outside that it uses, which become its last parameters. */
export interface Closed {
  readonly graph: Subgraph;
  readonly invariants: readonly Tensor[];
}

/** What the graph of a traced function takes and gives, in order. */
export interface Signature {
  readonly parameters: readonly Tensor[];
  readonly results: readonly Tensor[];
}

/**
 * Traces a function inside its scope; `build` is given parameters of the specs and says which parameters of the scope the graph takes, in
 * what order. What it takes from outside becomes explicit.
 */
export function close(
  scope: TraceScope,
  specs: readonly TensorSpec[],
  build: (...parameters: readonly Tensor[]) => Signature,
  remake: Remake,
): Closed {
  const { name } = scope;
  try {
    const given = specs.map((spec, index) => scope.parameter(spec, index));
    const { result, assigned } = traced(scope, () => build(...given));
    if (assigned.size > 0) {
      const [variable] = assigned.keys();
      throw new GradloomError(
        "assign-inside",
        `${name}: variable ${variable!.name} is assigned inside; return the value and assign it outside`,
      );
    }
    const { parameters, results } = result;
    for (const tensor of results) refuseLeaked(name, tensor, scope);
    const replaced = new Map<Tensor, Tensor>(
      parameters.map((parameter, index) => [parameter, scope.parameter(parameter, index)]),
    );
    const invariants: Tensor[] = [];
    const closeOver = (inside: Tensor, outside: Tensor): void => {
      replaced.set(inside, scope.parameter(inside, parameters.length + invariants.length));
      invariants.push(outside);
    };
    for (const [cell, { parameter, written }] of scope.cells)
      if (!written) closeOver(parameter, cell.read(scope.parent));
    const visit = (tensor: Tensor): void => {
      if (!replaced.has(tensor) && !isBaked(tensor.storage) && tensor.node.scope !== scope) closeOver(tensor, tensor);
    };
    for (const node of nodesBehind(results)) if (node.scope === scope) node.inputs.forEach(visit);
    results.forEach(visit);
    const made = inFrame(() => remade(results, replaced, remake), { scope }).result;
    return { graph: new Subgraph(scope, [...replaced.values()], made), invariants };
  } finally {
    scope.isOpen = false;
  }
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
