import { type Shape, sameShape, sizeOf } from "../tensor/shape.ts";
import { type Access, type Group, type GroupOperation, groupOperation } from "./group.ts";
import type { Instruction, Root, Value } from "./value.ts";

/** What the members of a group are to it. */
export interface Layout extends Pick<Group, "size" | "length"> {
  accessOf(value: Value, member: Instruction): Access;
  roleOf(member: Instruction): Pick<GroupOperation, "perRow" | "phase">;
}

/** The instructions, whose inputs come first, as one; its outputs are the values that are read outside. */
export function groupOf(
  members: readonly Instruction[],
  outside: ReadonlySet<Root>,
  { size, length, accessOf, roleOf }: Layout,
): Instruction {
  const inputs: Value[] = [];
  const access: Access[] = [];
  const body: GroupOperation[] = [];
  const made = new Map<Root, number>();
  const outputs: Value[] = [];
  const results: number[] = [];
  const readUntil = new Map<Root, number>();
  const writtenIn = new Map<Root, number>();
  for (const member of members) {
    const output = member.outputs[0]!;
    const role = roleOf(member);
    const references = member.inputs.map((value) => {
      const { root } = value;
      const inside = made.get(root);
      if (inside !== undefined) return ~inside;
      const how = accessOf(value, member);
      readUntil.set(root, Math.max(readUntil.get(root) ?? 0, how === "full" ? role.phase : Infinity));
      const known = inputs.findIndex((input, at) => input.root === root && sameAccess(access[at]!, how));
      if (known >= 0) return known;
      access.push(how);
      return inputs.push(value) - 1;
    });
    const { operation, attributes } = member;
    const at = body.push({ operation, attributes, inputs: references, dtype: output.dtype, ...role }) - 1;
    made.set(output.root, at);
    if (outside.has(output.root)) {
      outputs.push(output);
      results.push(at);
      writtenIn.set(output.root, role.phase);
    }
  }
  const attributes: Group = { size, length, access, body, results };
  const operation = groupOperation as Instruction["operation"];
  const group: Instruction = { operation, part: "step", attributes, inputs, outputs, readUntil, writtenIn };
  for (const { root } of outputs) root.producer = group;
  return group;
}

const simple = { perRow: false, phase: 0 };

/** Elementwise instructions of one size. */
export function elementwiseGroupOf(members: readonly Instruction[], outside: ReadonlySet<Root>): Instruction {
  const size = sizeOf(members[0]!.outputs[0]!.shape);
  return groupOf(members, outside, {
    size,
    length: size,
    accessOf: (value, member) => stretchOf(value, member.outputs[0]!.shape),
    roleOf: () => simple,
  });
}

/** How a value is read for as many elements as the shape has. */
export function stretchOf(value: Value, to: Shape): Exclude<Access, "row"> {
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
