import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Pace } from "./fuse.ts";
import type { Instruction, Root, Value } from "./value.ts";

/** Rows that reductions make numbers of. */
export interface Rows {
  readonly rows: number;
  readonly length: number;
  /** Whether work may go on with the numbers, in the same group. */
  readonly goesOn: boolean;
  readonly elementPace: Pace;
  readonly numberPace: Pace;
}

/** What an instruction makes: an element, or a number for each row. */
export interface Role {
  readonly of: Rows;
  readonly perRow: boolean;
}

/** Whether many numbers become one. */
export function isReduction({ operation }: Instruction): boolean {
  return operation.traits.reduction === true;
}

/** The pace at which a reader that has a role takes a value. */
export function paceWithRole({ shape }: Value, reader: Instruction, { of, perRow }: Role): Pace {
  const { rows, length, goesOn, elementPace, numberPace } = of;
  const size = sizeOf(shape);
  if (isReduction(reader)) return elementPace;
  if (perRow) return size === rows ? numberPace : undefined;
  if (size === rows * length) return elementPace;
  return goesOn && size === rows && isAlongRows(shape, reader.outputs[0]!.shape, length) ? numberPace : undefined;
}

/** Whether a value of as many numbers as there are rows is stretched along rows of that length, when it is stretched to a shape. */
function isAlongRows(shape: Shape, to: Shape, length: number): boolean {
  let repeated = 1;
  for (let back = 1; back <= to.length && repeated < length; back++) {
    if ((shape.at(-back) ?? 1) !== 1) return false;
    repeated *= to.at(-back)!;
  }
  return repeated === length;
}

/** Where a value is read. */
interface Reading {
  readonly value: Value;
  readonly reader: Instruction;
}

/**
 * Gives elementwise instructions a role by the reductions near them: first what follows from their inputs, in order, then outwards from all that
 * have one. Who could serve rows of two lengths serves the first that reaches it; the others read its output from memory.
 */
export class RoleSearch {
  readonly roles: Map<Instruction, Role> = new Map();
  private readonly readers = new Map<Root, Reading[]>();
  private readonly open: Instruction[] = [];
  private readonly shared = new Set<Root>();

  constructor(instructions: readonly Instruction[], rowsOf: (reduction: Instruction) => Rows | undefined) {
    for (const reader of instructions) {
      for (const value of reader.inputs) {
        const list = this.readers.get(value.root);
        if (list === undefined) this.readers.set(value.root, [{ value, reader }]);
        else list.push({ value, reader });
      }
      const of = isReduction(reader) ? rowsOf(reader) : undefined;
      if (of !== undefined) this.give(reader, { of, perRow: true });
      for (const value of reader.inputs) this.giveAfter(value, reader);
    }
    for (const instruction of this.open) this.spread(instruction);
    for (const instruction of this.open) {
      this.spread(instruction);
      this.share(instruction);
    }
  }

  /** Gives a role to an elementwise instruction that has none. */
  private give(instruction: Instruction, role: Role): void {
    if (this.roles.has(instruction)) return;
    this.roles.set(instruction, role);
    this.open.push(instruction);
  }

  /** What a reader is, by what makes its input. */
  private giveAfter({ root }: Value, reader: Instruction): void {
    const role = root.producer === undefined ? undefined : this.roles.get(root.producer);
    if (role === undefined || !isElementwise(reader)) return;
    const { of, perRow } = role;
    const pace = perRow ? of.numberPace : of.elementPace;
    for (const next of [role, { of, perRow: false }]) {
      const isSize = sizeOf(reader.outputs[0]!.shape) === of.rows * (next.perRow ? 1 : of.length);
      const isInStep = reader.inputs.some((value) => value.root === root && paceWithRole(value, reader, next) === pace);
      if (isSize && isInStep && (of.goesOn || !perRow)) return this.give(reader, next);
    }
  }

  /** Gives roles to the makers of what an instruction reads in step, and to its readers. */
  private spread(instruction: Instruction): void {
    for (const { root, pace, of } of this.readInStep(instruction)) {
      if (root.producer !== undefined && isElementwise(root.producer))
        this.give(root.producer, { of, perRow: pace === of.numberPace });
    }
    for (const { value, reader } of this.readers.get(instruction.outputs[0]!.root) ?? []) this.giveAfter(value, reader);
  }

  /** Gives roles to others that read the same elements, so that all read them in one pass. */
  private share(instruction: Instruction): void {
    for (const { root, pace, of } of this.readInStep(instruction)) {
      if (pace !== of.elementPace || this.shared.has(root)) continue;
      this.shared.add(root);
      for (const { value, reader } of this.readers.get(root)!) {
        const isSameSize = sizeOf(value.shape) === sizeOf(reader.outputs[0]!.shape);
        if (isElementwise(reader) && isSameSize) this.give(reader, { of, perRow: false });
      }
    }
  }

  private readInStep(
    instruction: Instruction,
  ): readonly { readonly root: Root; readonly pace: Pace; readonly of: Rows }[] {
    const role = this.roles.get(instruction)!;
    return instruction.inputs
      .map((value) => ({ root: value.root, pace: paceWithRole(value, instruction, role), of: role.of }))
      .filter(({ pace }) => pace !== undefined);
  }
}

function isElementwise({ operation }: Instruction): boolean {
  return operation.traits.elementwise === true;
}
