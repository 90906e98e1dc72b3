import type { Shape } from "../tensor/shape.ts";
import { sameShape, sizeOf } from "../tensor/shape.ts";
import { type Access, type Group, groupOperation } from "./group.ts";
import type { Draft, Instruction, Root, Value } from "./value.ts";

/** Whether the reader takes the value element by element in the order in which its producer makes it. */
function inStep(value: Value, reader: Instruction): boolean {
  return reader.operation.traits.elementwise === true && sizeOf(value.shape) === sizeOf(reader.outputs[0]!.shape);
}

function isElementwise(instruction: Instruction | undefined): boolean {
  return instruction?.operation.traits.elementwise === true;
}

/**
 * Puts elementwise instructions together so that each group is one pass over memory. Every instruction gets a stage: a value may be read in
 * its own stage only in step, in later ones by anyone. So no path leaves a stage's group and comes back, and a group may run as one. Stages
 * are as late as the readers allow, so that what only the last steps need (an optimizer's decayed moments) joins them.
 */
export function fuse(draft: Draft): Draft {
  const stages = stagesOf(draft.instructions);
  const groups = new Map<Instruction, Instruction[]>();
  const merge = (a: Instruction, b: Instruction): void => {
    const one = groups.get(a)!;
    const other = groups.get(b)!;
    if (one === other) return;
    const [large, small] = one.length >= other.length ? [one, other] : [other, one];
    for (const member of small) {
      large.push(member);
      groups.set(member, large);
    }
  };
  const readers = new Map<Root, Map<number, Instruction>>();
  for (const instruction of draft.instructions) {
    if (!isElementwise(instruction)) continue;
    groups.set(instruction, [instruction]);
    const stage = stages.get(instruction)!;
    for (const value of instruction.inputs) {
      if (!inStep(value, instruction) || sizeOf(value.shape) <= 1) continue;
      const { producer } = value.root;
      if (isElementwise(producer) && stages.get(producer!) === stage) merge(producer!, instruction);
      let others = readers.get(value.root);
      if (others === undefined) readers.set(value.root, (others = new Map()));
      const sibling = others.get(stage);
      if (sibling === undefined) others.set(stage, instruction);
      else merge(sibling, instruction);
    }
  }
  return { ...draft, instructions: grouped(draft, groups) };
}

function stagesOf(instructions: readonly Instruction[]): ReadonlyMap<Instruction, number> {
  const earliest = new Map<Instruction, number>();
  const latest = new Map<Instruction, number>();
  const inOneStage = (value: Value, reader: Instruction): boolean =>
    isElementwise(value.root.producer) && inStep(value, reader);
  for (const instruction of instructions) {
    let stage = 0;
    for (const value of instruction.inputs) {
      const { producer } = value.root;
      if (producer !== undefined)
        stage = Math.max(stage, earliest.get(producer)! + (inOneStage(value, instruction) ? 0 : 1));
    }
    earliest.set(instruction, stage);
  }
  const limits = new Map<Instruction, number>();
  for (let at = instructions.length - 1; at >= 0; at--) {
    const instruction = instructions[at]!;
    const stage = isElementwise(instruction)
      ? (limits.get(instruction) ?? earliest.get(instruction)!)
      : earliest.get(instruction)!;
    latest.set(instruction, stage);
    for (const value of instruction.inputs) {
      const { producer } = value.root;
      if (producer === undefined) continue;
      const limit = stage - (inOneStage(value, instruction) ? 0 : 1);
      limits.set(producer, Math.min(limits.get(producer) ?? limit, limit));
    }
  }
  return latest;
}

/** The instructions with each group in place of its members, at the place of the last one. */
function grouped(draft: Draft, groups: ReadonlyMap<Instruction, readonly Instruction[]>): readonly Instruction[] {
  const order = new Map(draft.instructions.map((instruction, at) => [instruction, at]));
  const leaving = new Set<Root>(draft.goals.map(({ value }) => value.root));
  const outside = new Set<Root>(leaving);
  for (const instruction of draft.instructions) {
    for (const { root } of instruction.inputs) {
      if (root.producer !== undefined && groups.get(root.producer) !== groups.get(instruction)) outside.add(root);
      if (root.producer !== undefined && !isElementwise(instruction)) outside.add(root);
    }
  }
  const last = new Map<readonly Instruction[], Instruction>();
  for (const [instruction, members] of groups) last.set(members, instruction);
  const result: Instruction[] = [];
  for (const instruction of draft.instructions) {
    const members = groups.get(instruction);
    if (members === undefined) result.push(instruction);
    else if (last.get(members) === instruction) {
      result.push(
        groupOf(
          [...members].sort((a, b) => order.get(a)! - order.get(b)!),
          outside,
        ),
      );
    }
  }
  return result;
}

function groupOf(members: readonly Instruction[], outside: ReadonlySet<Root>): Instruction {
  const inputs: Value[] = [];
  const access: Access[] = [];
  const known = new Map<Root, number[]>();
  const body: Group["body"][number][] = [];
  const made = new Map<Root, number>();
  const outputs: Value[] = [];
  const results: number[] = [];
  for (const member of members) {
    const output = member.outputs[0]!;
    const references = member.inputs.map((value) => {
      const inside = made.get(value.root);
      if (inside !== undefined) return ~inside;
      const how = accessOf(value, output.shape);
      let places = known.get(value.root);
      if (places === undefined) known.set(value.root, (places = []));
      const place = places.find((at) => sameAccess(access[at]!, how));
      if (place !== undefined) return place;
      places.push(inputs.length);
      access.push(how);
      return inputs.push(value) - 1;
    });
    body.push({ operation: member.operation, attributes: member.attributes, inputs: references, dtype: output.dtype });
    made.set(output.root, body.length - 1);
    if (outside.has(output.root)) {
      outputs.push(output);
      results.push(body.length - 1);
    }
  }
  const attributes: Group = { size: sizeOf(members[0]!.outputs[0]!.shape), access, body, results };
  const group: Instruction = { operation: groupOperation as Instruction["operation"], attributes, inputs, outputs };
  for (const { root } of outputs) root.producer = group;
  return group;
}

function accessOf(value: Value, to: Shape): Access {
  const size = sizeOf(value.shape);
  if (size === sizeOf(to)) return "full";
  if (size === 1) return "number";
  const lead = new Array<number>(to.length - value.shape.length).fill(1);
  return { shape: [...lead, ...value.shape], to };
}

function sameAccess(a: Access, b: Access): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return sameShape(a.shape, b.shape) && sameShape(a.to, b.to);
}
