import { sizeOf } from "../tensor/shape.ts";
import { elementwiseGroupOf } from "./group-of.ts";
import type { Draft, Instruction, Root, Value } from "./value.ts";

/** The order and the number of things in which a value is made or read; equal paces are in step. */
export type Pace = string | number | undefined;

/** What goes together in the groups of a program. */
export interface Joints {
  /** The pace of the instruction's output; undefined if the instruction is always a step of its own. */
  paceOf(instruction: Instruction): Pace;
  /** The pace at which the reader takes the value; undefined if it takes it anyhow. */
  readingPace(value: Value, reader: Instruction): Pace;
  /** Members in their order as one instruction, whose outputs are what is read outside. */
  groupOf(members: readonly Instruction[], outside: ReadonlySet<Root>): Instruction;
}

/** Finds what goes together in a program. */
export type Grouping = (instructions: readonly Instruction[]) => Joints;

/** Elementwise instructions of one size: element by element. */
export const elementwiseGroups: Grouping = () => ({
  paceOf: ({ part, outputs }) => (part === "element" ? sizeOf(outputs[0]!.shape) : undefined),
  readingPace({ shape }, { part, outputs }) {
    const size = sizeOf(shape);
    return part === "element" && size === sizeOf(outputs[0]!.shape) ? size : undefined;
  },
  groupOf: elementwiseGroupOf,
});

/** Members of a group: code generators have limits, as the 1,000 parameters of a WebAssembly function. */
const mostMembers = 80;

/**
 * Puts instructions together so that each group is one pass over memory. Every instruction gets a stage: a value may be read in its own stage
 * only in step, in later ones by anyone. So no path leaves a stage's group and comes back, and a group may run as one. Stages are as late as
 * the readers allow, so that what only the last steps need (an optimizer's decayed moments) joins them.
 */
export function fuse(draft: Draft, grouping: Grouping): Draft {
  const joints = grouping(draft.instructions);
  const stages = stagesOf(draft.instructions, joints);
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
  const readers = new Map<Root, Map<string, Instruction>>();
  for (const instruction of draft.instructions) {
    if (joints.paceOf(instruction) === undefined) continue;
    groups.set(instruction, [instruction]);
    const stage = stages.get(instruction)!;
    for (const value of instruction.inputs) {
      const pace = joints.readingPace(value, instruction);
      // Elementwise work on single numbers is no pass.
      if (pace === undefined || pace === 0 || pace === 1) continue;
      const { producer } = value.root;
      if (stages.get(producer!) === stage && joints.paceOf(producer!) === pace) merge(producer!, instruction);
      if (sizeOf(value.shape) <= 1) continue;
      let others = readers.get(value.root);
      if (others === undefined) readers.set(value.root, (others = new Map()));
      const key = `${stage} ${pace}`;
      const sibling = others.get(key);
      if (sibling === undefined) others.set(key, instruction);
      else merge(sibling, instruction);
    }
  }
  return { ...draft, instructions: grouped(draft, slicesOf(draft.instructions, groups), joints) };
}

function stagesOf(
  instructions: readonly Instruction[],
  { paceOf, readingPace }: Joints,
): ReadonlyMap<Instruction, number> {
  const stages = new Map<Instruction, number>();
  /** Tells the makers of an instruction's inputs, and how many stages must be between. */
  const eachMaker = (reader: Instruction, tell: (producer: Instruction, steps: number) => void): void => {
    for (const value of reader.inputs) {
      const { producer } = value.root;
      if (producer === undefined) continue;
      const pace = paceOf(producer);
      tell(producer, pace !== undefined && pace === readingPace(value, reader) ? 0 : 1);
    }
  };
  for (const instruction of instructions) {
    let stage = 0;
    eachMaker(instruction, (producer, steps) => (stage = Math.max(stage, stages.get(producer)! + steps)));
    stages.set(instruction, stage);
  }
  const limits = new Map<Instruction, number>();
  for (const instruction of instructions.toReversed()) {
    const limit = paceOf(instruction) === undefined ? undefined : limits.get(instruction);
    const stage = limit ?? stages.get(instruction)!;
    stages.set(instruction, stage);
    eachMaker(instruction, (producer, steps) =>
      limits.set(producer, Math.min(limits.get(producer) ?? Infinity, stage - steps)),
    );
  }
  return stages;
}

/** The members of groups in order, those of large ones in slices that follow one another. */
function slicesOf(
  instructions: readonly Instruction[],
  groups: ReadonlyMap<Instruction, object>,
): ReadonlyMap<Instruction, readonly Instruction[]> {
  const slices = new Map<Instruction, Instruction[]>();
  const open = new Map<object, Instruction[]>();
  for (const instruction of instructions) {
    const group = groups.get(instruction);
    if (group === undefined) continue;
    let slice = open.get(group);
    if (slice === undefined || slice.length === mostMembers) open.set(group, (slice = []));
    slice.push(instruction);
    slices.set(instruction, slice);
  }
  return slices;
}

/** The instructions with each group in place of its members, at the place of the last one. */
function grouped(
  draft: Draft,
  groups: ReadonlyMap<Instruction, readonly Instruction[]>,
  { groupOf }: Joints,
): readonly Instruction[] {
  const outside = new Set<Root>(draft.goals.map(({ value }) => value.root));
  for (const instruction of draft.instructions) {
    const own = groups.get(instruction);
    for (const { root } of instruction.inputs) {
      if (root.producer !== undefined && (own === undefined || groups.get(root.producer) !== own)) outside.add(root);
    }
  }
  return draft.instructions.flatMap((instruction) => {
    const members = groups.get(instruction);
    if (members === undefined) return instruction;
    return members.at(-1) === instruction ? groupOf(members, outside) : [];
  });
}
