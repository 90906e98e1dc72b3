import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { IterationSpace } from "./fuse.ts";
import type { Instruction, Root, Value } from "./value.ts";

/** Rows that reductions make numbers of. */
export interface Rows {
  readonly rows: number;
  readonly length: number;
  /** Whether work may go on with the numbers, in the same group. */
  readonly goesOn: boolean;
  readonly elementSpace: IterationSpace;
  readonly rowSpace: IterationSpace;
}

/** What an instruction makes: an element, or a number for each row. */
export interface Role {
  readonly of: Rows;
  readonly perRow: boolean;
}

/** Whether many numbers become one. */
export function isReduction({ part }: Instruction): boolean {
  return part === "reduction";
}

/** The space at which a reader that has a role takes a value. */
export function spaceWithRole({ shape }: Value, reader: Instruction, { of, perRow }: Role): IterationSpace {
  const { rows, length, goesOn, elementSpace, rowSpace } = of;
  const size = sizeOf(shape);
  if (isReduction(reader)) return elementSpace;
  if (perRow) return size === rows ? rowSpace : undefined;
  if (size === rows * length) return elementSpace;
  return goesOn && size === rows && isAlongRows(shape, reader.outputs[0]!.shape, length) ? rowSpace : undefined;
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

interface Search {
  /** The roles that were found, in order. */
  readonly roles: Map<Instruction, Role>;
  readonly readers: Map<Root, Reading[]>;
  /** Whose readers have shared their role. */
  readonly shared: Set<Root>;
}

/**
 * Gives elementwise instructions a role by the reductions near them: first what follows from their inputs, in order, then outwards from all that
 * have one. Who could serve rows of two lengths serves the first that reaches it; the others read its output from memory.
 */
export function rolesOf(
  instructions: readonly Instruction[],
  rowsOf: (reduction: Instruction) => Rows | undefined,
): ReadonlyMap<Instruction, Role> {
  const search: Search = { roles: new Map(), readers: new Map(), shared: new Set() };
  const { roles, readers } = search;
  for (const reader of instructions) {
    for (const value of reader.inputs) {
      const list = readers.get(value.root);
      if (list === undefined) readers.set(value.root, [{ value, reader }]);
      else list.push({ value, reader });
    }
    const of = isReduction(reader) ? rowsOf(reader) : undefined;
    if (of !== undefined) give(search, reader, { of, perRow: true });
    for (const value of reader.inputs) giveAfter(search, value, reader);
  }
  // What is given a role on the way comes at the end.
  for (const instruction of roles.keys()) spread(search, instruction);
  for (const instruction of roles.keys()) {
    spread(search, instruction);
    share(search, instruction);
  }
  return roles;
}

/** Gives a role to an instruction that has none. */
function give({ roles }: Search, instruction: Instruction, role: Role): void {
  if (!roles.has(instruction)) roles.set(instruction, role);
}

/** What a reader is, by what makes its input. */
function giveAfter(search: Search, { root }: Value, reader: Instruction): void {
  const role = root.producer === undefined ? undefined : search.roles.get(root.producer);
  if (role === undefined || !isElementwise(reader)) return;
  const { of, perRow } = role;
  const space = perRow ? of.rowSpace : of.elementSpace;
  for (const next of [role, { of, perRow: false }]) {
    const isSize = sizeOf(reader.outputs[0]!.shape) === of.rows * (next.perRow ? 1 : of.length);
    const isInStep = reader.inputs.some((value) => value.root === root && spaceWithRole(value, reader, next) === space);
    if (isSize && isInStep && (of.goesOn || !perRow)) return give(search, reader, next);
  }
}

/** Gives roles to the makers of what an instruction reads in step, and to its readers. */
function spread(search: Search, instruction: Instruction): void {
  for (const { root, space, of } of readInStep(search, instruction)) {
    if (root.producer !== undefined && isElementwise(root.producer))
      give(search, root.producer, { of, perRow: space === of.rowSpace });
  }
  for (const { value, reader } of search.readers.get(instruction.outputs[0]!.root) ?? [])
    giveAfter(search, value, reader);
}

/** Gives roles to others that read the same elements, so that all read them in one pass. */
function share(search: Search, instruction: Instruction): void {
  for (const { root, space, of } of readInStep(search, instruction)) {
    if (space !== of.elementSpace || search.shared.has(root)) continue;
    search.shared.add(root);
    for (const { value, reader } of search.readers.get(root)!) {
      const isSameSize = sizeOf(value.shape) === sizeOf(reader.outputs[0]!.shape);
      if (isElementwise(reader) && isSameSize) give(search, reader, { of, perRow: false });
    }
  }
}

/** What an instruction reads at a space of its rows. */
function readInStep(
  { roles }: Search,
  instruction: Instruction,
): readonly { readonly root: Root; readonly space: IterationSpace; readonly of: Rows }[] {
  const role = roles.get(instruction)!;
  return instruction.inputs
    .map((value) => ({ root: value.root, space: spaceWithRole(value, instruction, role), of: role.of }))
    .filter(({ space }) => space !== undefined);
}

function isElementwise({ part }: Instruction): boolean {
  return part === "element";
}
