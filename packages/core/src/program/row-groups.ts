import { checkOptions, type Fields } from "../errors/options.ts";
import { required, wholeNumber } from "../errors/rules.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Grouping, elementwiseGroups } from "./fuse.ts";
import type { Access } from "./group.ts";
import { elementwiseGroupOf, groupOf, stretchOf } from "./group-of.ts";
import { isReduction, spaceWithRole, type Role, rolesOf, type Rows } from "./row-roles.ts";
import type { Instruction, Root, Value } from "./value.ts";

/** Which rows are worth a group. */
export interface RowLengths {
  /** Reductions of shorter rows are steps of their own. */
  readonly shortest: number;
  /** Longer rows are not gone through again in their group: nothing in it needs what they were reduced to. The same holds for a single row. */
  readonly longest: number;
}

const lengthFields: Fields<RowLengths> = {
  shortest: required(wholeNumber(1)),
  longest: required(wholeNumber(1)),
};

/**
 * Groups with reductions along the last axis: softmax, its gradient or a layer's normalization is one step. Values go together element by element,
 * number by number of the rows, or a row's number with its elements.
 */
export function rowGroups(lengths: RowLengths): Grouping {
  checkOptions("rowGroups", lengthFields, lengths);
  return (instructions) => {
    const plain = elementwiseGroups(instructions);
    const roles = rolesOf(instructions, rowsFinder(lengths));
    return {
      spaceOf(instruction) {
        const role = roles.get(instruction);
        if (role === undefined) return plain.spaceOf(instruction);
        return role.perRow ? role.of.rowSpace : role.of.elementSpace;
      },
      readingSpace(value, reader) {
        const role = roles.get(reader);
        return role === undefined ? plain.readingSpace(value, reader) : spaceWithRole(value, reader, role);
      },
      groupOf(members, outside) {
        const [first] = members as readonly [Instruction];
        if (members.length === 1 && isReduction(first)) return first;
        const { perRow } = roles.get(first) ?? { perRow: false };
        const isPlain = members.every(
          (member) => !isReduction(member) && (roles.get(member)?.perRow ?? false) === perRow,
        );
        return isPlain ? elementwiseGroupOf(members, outside) : rowGroupOf(members, outside, roles);
      },
    };
  };
}

/** Tells the rows of a reduction, the same object for the same rows; undefined if it has none that are worth a group. */
function rowsFinder({ shortest, longest }: RowLengths): (reduction: Instruction) => Rows | undefined {
  const known = new Map<string, Rows>();
  return ({ inputs }) => {
    const [rows, length, inner] = inputs[0]!.shape as readonly [number, number, number];
    if (inner !== 1 || length < shortest) return undefined;
    const key = `${rows} rows of ${length}`;
    let found = known.get(key);
    if (found === undefined) {
      const goesOn = rows > 1 && length <= longest;
      known.set(key, (found = { rows, length, goesOn, elementSpace: `elements of ${key}`, rowSpace: key }));
    }
    return found;
  };
}

function rowGroupOf(
  members: readonly Instruction[],
  outside: ReadonlySet<Root>,
  roles: ReadonlyMap<Instruction, Role>,
): Instruction {
  const { rows, length } = roles.get(members[0]!)!.of;
  const phases = phasesOf(members);
  return groupOf(
    members.toSorted((a, b) => phases.get(a)! - phases.get(b)!),
    outside,
    {
      size: rows * length,
      length,
      accessOf: (value, member) => accessOf(value, member, roles.get(member)!),
      roleOf: (member) => ({ perRow: roles.get(member)!.perRow, phase: phases.get(member)! }),
    },
  );
}

/** 0 for what needs no reduction among the members, else one more than the last that it needs. */
function phasesOf(members: readonly Instruction[]): ReadonlyMap<Instruction, number> {
  const phases = new Map<Instruction, number>();
  const readable = new Map<Root, number>();
  for (const member of members) {
    const phase = Math.max(...member.inputs.map(({ root }) => readable.get(root) ?? 0), 0);
    phases.set(member, phase);
    readable.set(member.outputs[0]!.root, phase + (isReduction(member) ? 1 : 0));
  }
  return phases;
}

function accessOf(value: Value, member: Instruction, role: Role): Access {
  if (isReduction(member)) return "full";
  if (sizeOf(value.shape) > 1 && spaceWithRole(value, member, role) === role.of.rowSpace) return "row";
  return stretchOf(value, member.outputs[0]!.shape);
}
