import { sizeOf } from "../tensor/shape.ts";
import { elementwiseGroupOf } from "./group-of.ts";
import type { Draft, Instruction, Root, Value } from "./value.ts";

/** What work goes through, in which order: two of one space can be done in one pass. */
export type IterationSpace = string | number | undefined;

/** Which instructions of a program fuse into groups. */
export interface FusionRules {
  /** The space of the instruction's output; undefined where the instruction is a step of its own. */
  spaceOf(instruction: Instruction): IterationSpace;
  /** The space in which the reader goes through the value; undefined where it reads it in an order of its own. */
  readingSpace(value: Value, reader: Instruction): IterationSpace;
  /** Members in their order as one instruction, whose outputs are what is read outside. */
  groupOf(members: readonly Instruction[], outside: ReadonlySet<Root>): Instruction;
}

/** The rules for the instructions of a program. */
export type Grouping = (instructions: readonly Instruction[]) => FusionRules;

/** Elementwise instructions of one size: element by element. */
export const elementwiseGroups: Grouping = () => ({
  spaceOf: ({ part, outputs }) => (part === "element" ? sizeOf(outputs[0]!.shape) : undefined),
  readingSpace({ shape }, { part, outputs }) {
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
  const rules = grouping(draft.instructions);
  const stages = stagesOf(draft.instructions, rules);
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
    if (rules.spaceOf(instruction) === undefined) continue;
    groups.set(instruction, [instruction]);
    const stage = stages.get(instruction)!;
    for (const value of instruction.inputs) {
      const space = rules.readingSpace(value, instruction);
      // Elementwise work on single numbers is no pass.
      if (space === undefined || space === 0 || space === 1) continue;
      const { producer } = value.root;
      if (stages.get(producer!) === stage && rules.spaceOf(producer!) === space) merge(producer!, instruction);
      if (sizeOf(value.shape) <= 1) continue;
      let others = readers.get(value.root);
      if (others === undefined) readers.set(value.root, (others = new Map()));
      const key = `${stage} ${space}`;
      const sibling = others.get(key);
      if (sibling === undefined) others.set(key, instruction);
      else merge(sibling, instruction);
    }
  }
  return { ...draft, instructions: grouped(draft, slicesOf(draft.instructions, groups), rules) };
}

function stagesOf(
  instructions: readonly Instruction[],
  { spaceOf, readingSpace }: FusionRules,
): ReadonlyMap<Instruction, number> {
  const stages = new Map<Instruction, number>();
  /** Tells the makers of an instruction's inputs, and how many stages must be between. */
  const eachMaker = (reader: Instruction, tell: (producer: Instruction, steps: number) => void): void => {
    for (const value of reader.inputs) {
      const { producer } = value.root;
      if (producer === undefined) continue;
      const space = spaceOf(producer);
      tell(producer, space !== undefined && space === readingSpace(value, reader) ? 0 : 1);
    }
  };
  for (const instruction of instructions) {
    let stage = 0;
    eachMaker(instruction, (producer, steps) => (stage = Math.max(stage, stages.get(producer)! + steps)));
    stages.set(instruction, stage);
  }
  const limits = new Map<Instruction, number>();
  for (const instruction of instructions.toReversed()) {
    const limit = spaceOf(instruction) === undefined ? undefined : limits.get(instruction);
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
  { groupOf }: FusionRules,
): readonly Instruction[] {
  const outside = new Set<Root>(draft.results.map(({ value }) => value.root));
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
