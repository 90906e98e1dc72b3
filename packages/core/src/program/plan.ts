import { none } from "../ops/apply.ts";
import { copyOperation } from "../ops/cast.ts";
import { dtypes } from "../tensor/dtype.ts";
import { bytesOf } from "../tensor/operation.ts";
import type { Graph, LoopAttributes } from "../tensor/graph.ts";
import { DyingBlocks } from "./dying-blocks.ts";
import { Heap } from "./heap.ts";
import { readersOfSlots } from "./order.ts";
import type { Place, Program, Region, Step } from "./program.ts";
import type { Draft, Instruction, Root, Value } from "./value.ts";

/** Of places in an arena, in bytes: the widest vector. */
const alignment = 16;

/** Gives every value its place: over the slot it is assigned to, over a value that dies there, or in the arena. */
export function plan(draft: Draft, buildBody: (body: Graph) => Program): Program {
  const places = slotsWrittenInPlace(draft);
  const lastReader = lastReaders(draft, places);
  const arena = new Heap(alignment);
  const blocks = new Map<Root, number>();
  const steps: Step[] = [];

  const placeOf = (root: Root): Place => {
    if (root.slot !== undefined) return { kind: "slot", slot: root.slot };
    if (root.number !== undefined) return { kind: "constant", value: root.number };
    if (root.data !== undefined) return { kind: "data", data: root.data };
    return places.get(root)!;
  };
  const region = ({ root, shape, dtype }: Value): Region => ({ place: placeOf(root), shape, dtype });

  draft.instructions.forEach((instruction, at) => {
    const dying = dyingBlocks(instruction, at, lastReader, blocks);
    for (const { root } of instruction.outputs) {
      if (places.has(root)) continue;
      const bytes = bytesOf(root.spec);
      const offset =
        dying.reuse(bytes, dtypes[root.spec.dtype].bytes, instruction.writtenIn?.get(root)) ?? arena.allocate(bytes);
      blocks.set(root, offset);
      places.set(root, { kind: "arena", offset });
    }
    steps.push(stepOf(instruction, region, buildBody));
    for (const { root } of [...instruction.inputs, ...instruction.outputs]) {
      const block = blocks.get(root);
      if (block === undefined || (lastReader.get(root) ?? at) > at) continue;
      blocks.delete(root);
      if (!dying.reused.has(block)) arena.release(block);
    }
  });
  const results = draft.results.map(({ value, slot }) => ({ region: region(value), slot }));
  for (const { region: from, slot } of results) {
    if (slot === undefined || (from.place.kind === "slot" && from.place.slot === slot)) continue;
    const to: Region = { ...from, place: { kind: "slot", slot } };
    steps.push({ operation: copyOperation as Step["operation"], attributes: none, inputs: [from], outputs: [to] });
  }
  return { slots: draft.slots, steps, results, arenaBytes: arena.most };
}

function stepOf(
  { operation, attributes, inputs, outputs }: Instruction,
  region: (value: Value) => Region,
  buildBody: (body: Graph) => Program,
): Step {
  const { barrier = false, loop = false } = operation.traits;
  if (barrier)
    return {
      operation: copyOperation as Step["operation"],
      attributes: none,
      inputs: [region(inputs[0]!)],
      outputs: outputs.map(region),
    };
  const own = loop ? { ...attributes, body: buildBody((attributes as LoopAttributes).body) } : attributes;
  return { operation, attributes: own, inputs: inputs.map(region), outputs: outputs.map(region) };
}

/** The assigned values that may be written over the old one: nothing reads the slot later, and their maker reads it in step. */
function slotsWrittenInPlace(draft: Draft): Map<Root, Place> {
  const position = new Map(draft.instructions.map((instruction, at) => [instruction, at]));
  const readers = readersOfSlots(draft.instructions);
  const places = new Map<Root, Place>();
  const readUntil = new Map<Instruction, ReadonlyMap<number | undefined, number>>();
  for (const { value, slot } of draft.results) {
    if (slot === undefined) continue;
    const writer = value.root.producer!;
    let until = readUntil.get(writer);
    if (until === undefined) {
      until = new Map(writer.inputs.map(({ root }) => [root.slot, writer.readUntil?.get(root) ?? Infinity]));
      readUntil.set(writer, until);
    }
    const safe =
      (until.get(slot) ?? -1) <= (writer.writtenIn?.get(value.root) ?? 0) &&
      (readers.get(slot) ?? []).every((reader) => reader === writer || position.get(reader)! < position.get(writer)!);
    if (safe) places.set(value.root, { kind: "slot", slot });
  }
  return places;
}

/** The position of the last instruction that reads each value; a value that leaves through the arena lives to the end. */
function lastReaders(draft: Draft, places: ReadonlyMap<Root, Place>): Map<Root, number> {
  const last = new Map<Root, number>();
  draft.instructions.forEach(({ inputs }, at) => {
    for (const { root } of inputs) last.set(root, at);
  });
  for (const { value } of draft.results) if (!places.has(value.root)) last.set(value.root, Infinity);
  return last;
}

function dyingBlocks(
  instruction: Instruction,
  at: number,
  lastReader: ReadonlyMap<Root, number>,
  blocks: ReadonlyMap<Root, number>,
): DyingBlocks {
  const dying = new DyingBlocks();
  for (const [root, phase] of instruction.readUntil ?? []) {
    const block = blocks.get(root);
    if (block !== undefined && phase < Infinity && lastReader.get(root) === at)
      dying.add(block, bytesOf(root.spec), dtypes[root.spec.dtype].bytes, phase);
  }
  return dying;
}
