import type { Draft, Instruction } from "./value.ts";

/**
 * Puts the instructions in an order in which inputs come first and, where that is possible, every reader of a slot comes before the
 * instruction that makes the slot's next value, so that the value can be written over the old one.
 */
export function order(draft: Draft): Draft {
  const readers = readersOfSlots(draft.instructions);
  const overwritten = new Map<Instruction, readonly Instruction[]>();
  for (const { value, slot } of draft.goals) {
    const writer = value.root.producer;
    if (slot === undefined || writer === undefined) continue;
    const before = (readers.get(slot) ?? []).filter((reader) => reader !== writer);
    overwritten.set(writer, [...(overwritten.get(writer) ?? []), ...before]);
  }
  const done = new Set<Instruction>();
  const open = new Set<Instruction>();
  const result: Instruction[] = [];
  const roots = draft.goals.map(({ value }) => value.root.producer!);
  for (const root of roots) {
    const stack = [root];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      if (done.has(top)) {
        stack.pop();
        continue;
      }
      open.add(top);
      const next =
        firstMissing(top, done) ?? overwritten.get(top)?.find((reader) => !done.has(reader) && !open.has(reader));
      if (next !== undefined) {
        stack.push(next);
        continue;
      }
      stack.pop();
      open.delete(top);
      done.add(top);
      result.push(top);
    }
  }
  return { ...draft, instructions: result };
}

function firstMissing({ inputs }: Instruction, done: ReadonlySet<Instruction>): Instruction | undefined {
  for (const { root } of inputs) if (root.producer !== undefined && !done.has(root.producer)) return root.producer;
  return undefined;
}

/** The instructions that read each slot. */
export function readersOfSlots(instructions: readonly Instruction[]): ReadonlyMap<number, readonly Instruction[]> {
  const readers = new Map<number, Instruction[]>();
  for (const instruction of instructions) {
    for (const { root } of instruction.inputs) {
      if (root.slot === undefined) continue;
      const list = readers.get(root.slot);
      if (list === undefined) readers.set(root.slot, [instruction]);
      else if (list.at(-1) !== instruction) list.push(instruction);
    }
  }
  return readers;
}
