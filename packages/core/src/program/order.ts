import type { Draft, Instruction } from "./value.ts";

/**
 * Puts the instructions in an order in which inputs come first and, where that is possible, every reader of a slot comes before the
 * instruction that makes the slot's next value, so that the value can be written over the old one.
 */
export function order(draft: Draft): Draft {
  const readers = readersOfSlots(draft.instructions);
  const overwritten = new Map<Instruction, readonly Instruction[]>();
  for (const { value, slot } of draft.results) {
    const writer = value.root.producer;
    if (slot === undefined || writer === undefined) continue;
    const before = (readers.get(slot) ?? []).filter((reader) => reader !== writer);
    overwritten.set(writer, [...(overwritten.get(writer) ?? []), ...before]);
  }
  const done = new Set<Instruction>();
  const open = new Set<Instruction>();
  const result: Instruction[] = [];
  for (const { value } of draft.results) {
    const stack = [visitOf(value.root.producer!, overwritten)];
    while (stack.length > 0) {
      const visit = stack.at(-1)!;
      const { instruction } = visit;
      open.add(instruction);
      const next = done.has(instruction) ? undefined : nextBefore(visit, done, open);
      if (next !== undefined) {
        stack.push(visitOf(next, overwritten));
        continue;
      }
      stack.pop();
      open.delete(instruction);
      if (!done.has(instruction)) result.push(instruction);
      done.add(instruction);
    }
  }
  return { ...draft, instructions: result };
}

/** An instruction that is being placed, and how far the search for what must come before it has come. */
interface Visit {
  readonly instruction: Instruction;
  readonly readers: readonly Instruction[];
  input: number;
  reader: number;
}

function visitOf(instruction: Instruction, overwritten: ReadonlyMap<Instruction, readonly Instruction[]>): Visit {
  return { instruction, readers: overwritten.get(instruction) ?? [], input: 0, reader: 0 };
}

/** The next instruction to place first: the makers of its inputs, then readers of what it overwrites that do not wait for it. */
function nextBefore(
  visit: Visit,
  done: ReadonlySet<Instruction>,
  open: ReadonlySet<Instruction>,
): Instruction | undefined {
  const { inputs } = visit.instruction;
  while (visit.input < inputs.length) {
    const { producer } = inputs[visit.input++]!.root;
    if (producer !== undefined && !done.has(producer)) return producer;
  }
  while (visit.reader < visit.readers.length) {
    const reader = visit.readers[visit.reader++]!;
    if (!done.has(reader) && !open.has(reader)) return reader;
  }
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
