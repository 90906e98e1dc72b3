import { GradloomError } from "../errors/gradloom-error.ts";
import { meaningOf } from "../ops/meaning-of.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import type { Goal, Node, Operation, Storage, TensorSpec } from "../tensor/graph.ts";
import { disagreement, sameSpecs } from "../tensor/operation.ts";
import type { Slot } from "../tensor/recording.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DraftBuilder } from "./draft-builder.ts";
import type { OnMeaning, OperationKernel, Target } from "./target.ts";
import type { Draft, Instruction, Root, Value } from "./value.ts";

/** Turns the graph behind the goals into instructions: meanings expanded, equal work merged, dead work left out. */
export function lower(
  goals: readonly Goal[],
  slots: readonly Slot[],
  kernelOf: Target["kernelOf"],
  onMeaning: OnMeaning,
): Draft {
  const builder = new DraftBuilder();
  const slotOf = new Map<Storage, number>(slots.map(({ storage }, slot) => [storage, slot]));
  const slotValues = slots.map(({ tensor }, slot) => builder.slot(slot, tensor));
  const done = new Map<Tensor, Value>();
  const isDone = (tensor: Tensor): boolean => tensor.storage !== undefined || done.has(tensor);
  const valueOf = (tensor: Tensor): Value => {
    const { storage } = tensor;
    if (storage === undefined) return done.get(tensor)!;
    const slot = slotOf.get(storage);
    if (slot !== undefined) return slotValues[slot]!;
    // What has no slot is known: it is baked, or it is part of a meaning, which the operation and its attributes decide.
    const known = storage as Extract<Storage, { value: number } | { data: TypedArray }>;
    return known.kind === "number" ? builder.number(known.value, tensor.dtype) : builder.constant(known.data, tensor);
  };
  const meanings = new Map<Node, readonly Tensor[]>();

  const finish = (node: Node): void => {
    const { operation, inputs, attributes, outputs } = node;
    const meaning = meanings.get(node);
    const form = meaning === undefined ? kernelOf?.(operation)?.form : undefined;
    const values = meaning?.map(valueOf) ?? builder.emit(operation, inputs.map(valueOf), attributes, outputs, form);
    outputs.forEach((output, at) => done.set(output, values[at]!));
  };
  for (const { tensor } of goals) {
    const stack = isDone(tensor) ? [] : [tensor.node];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      if (node.outputs.every(isDone)) {
        stack.pop();
        continue;
      }
      const { operation, inputs } = node;
      if (operation.traits.kernel === undefined && !meanings.has(node)) {
        const kernel = kernelOf?.(operation);
        const refusal = kernel && refusalOf(kernel, node);
        if (operation.compose !== undefined && (kernel === undefined || refusal !== undefined)) {
          onMeaning(operation, refusal);
          meanings.set(node, meaningOf(node));
        } else if (refusal !== undefined) throw refused(operation, refusal);
      }
      const before = (meanings.get(node) ?? inputs).filter((needed) => !isDone(needed));
      if (before.length > 0) for (const needed of [...before].reverse()) stack.push(needed.node);
      else finish(stack.pop()!);
    }
  }
  return { ...withGoals(builder, goals, slotOf, valueOf, kernelOf), slots: slots.map(specOf) };
}

/** Why a kernel does not take the work; undefined if it does. */
function refusalOf(
  kernel: OperationKernel,
  {
    inputs,
    attributes,
    outputs,
  }: { readonly inputs: readonly TensorSpec[]; readonly attributes: object; readonly outputs: readonly unknown[] },
): string | undefined {
  if (kernel.form === "element" && outputs.length !== 1) return `${outputs.length} outputs, where a formula gives one`;
  const accepted = kernel.accepts?.(inputs, attributes) ?? true;
  return accepted === true ? undefined : accepted;
}

function refused({ name }: Operation, refusal: string): GradloomError {
  return new GradloomError(
    "no-kernel",
    `${name}: its kernel does not take this: ${refusal}; a primitive has no meaning to compute it by`,
  );
}

function specOf({ tensor: { shape, dtype }, storage }: Slot): Draft["slots"][number] {
  return {
    kind: storage.kind === "number" || (storage.kind === "parameter" && storage.number) ? "number" : "buffer",
    shape,
    dtype,
  };
}

/** The goals, each in memory that no other assigned goal shares, and the instructions that they need. */
function withGoals(
  builder: DraftBuilder,
  goals: readonly Goal[],
  slotOf: ReadonlyMap<Storage, number>,
  valueOf: (tensor: Tensor) => Value,
  kernelOf: Target["kernelOf"],
): Omit<Draft, "slots"> {
  const taken = new Set<unknown>();
  const results = goals.map(({ tensor, variable }) => {
    const value = valueOf(tensor);
    const own = builder.owned(value, variable !== undefined && taken.has(value.root));
    if (variable !== undefined) taken.add(own.root);
    return { value: own, slot: variable === undefined ? undefined : slotOf.get(variable.storage!)! };
  });
  return { results, instructions: living(builder.instructions, results, kernelOf) };
}

/** The instructions that some result needs, in their order. */
function living(
  instructions: readonly Instruction[],
  results: Draft["results"],
  kernelOf: Target["kernelOf"],
): readonly Instruction[] {
  const needed = new Set<Instruction>();
  for (const { value } of results) if (value.root.producer !== undefined) needed.add(value.root.producer);
  for (let at = instructions.length - 1; at >= 0; at--) {
    const instruction = instructions[at]!;
    if (!needed.has(instruction)) continue;
    for (const { root } of instruction.inputs) if (root.producer !== undefined) needed.add(root.producer);
  }
  const read = new Set<Root>(results.map(({ value }) => value.root));
  for (const { inputs } of needed) for (const { root } of inputs) read.add(root);
  return instructions
    .filter((instruction) => needed.has(instruction))
    .map((instruction) => trimmed(instruction, read, kernelOf));
}

/** The instruction without outputs that nobody reads, where its operation and its kernel can do without. */
function trimmed(instruction: Instruction, read: ReadonlySet<Root>, kernelOf: Target["kernelOf"]): Instruction {
  const { operation, attributes, outputs } = instruction;
  const less = operation.traits.trim?.(
    attributes,
    outputs.map(({ root }) => read.has(root)),
  );
  if (less === undefined) return instruction;
  const kept = outputs.slice(0, less.outputs);
  const kernel = kernelOf?.(operation);
  if (kernel && refusalOf(kernel, { ...instruction, ...less, outputs: kept }) !== undefined) return instruction;
  const specs = operation.infer(instruction.inputs, less.attributes);
  if (!sameSpecs(kept, specs)) throw disagreement(`${operation.name}: trim keeps`, kept, "infer gives", specs);
  const short: Instruction = { ...instruction, attributes: less.attributes, outputs: kept };
  for (const { root } of short.outputs) root.producer = short;
  return short;
}
