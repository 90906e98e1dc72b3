import type { Access, Group, GroupOperation, Region } from "@gradloom/core/backend";
import { copy } from "../kernels/movement.ts";
import type { Call, Lowering, Scratch } from "../program/call.ts";

/** Operations of a slice, whose inputs and outputs are few enough for a kernel. */
const sliceLength = 24;

/** A large group as smaller ones, one after the other: what goes between them is in scratch memory. Outputs are written last, as they may lie over inputs. */
export function inSlices(
  inputs: readonly Region[],
  outputs: readonly Region[],
  group: Group,
  scratch: Scratch,
  lower: Lowering<Group>,
): readonly Call[] {
  const { body, results, size, length } = group;
  const lastUse = lastUsesOf(group);
  const made = new Map<number, Region>();
  const calls: Call[] = [];
  for (let start = 0; start < body.length; start += sliceLength) {
    const end = Math.min(start + sliceLength, body.length);
    const leaving: number[] = [];
    for (let at = start; at < end; at++) if (lastUse[at]! >= end) leaving.push(at);
    const slice = sliceOf(group, start, end, leaving);
    const from = slice.references.map((reference) => (reference < 0 ? made.get(~reference)! : inputs[reference]!));
    for (const at of leaving) {
      const { perRow, dtype } = body[at]!;
      made.set(at, scratch.reserve({ shape: [perRow ? size / length : size], dtype }));
    }
    calls.push(
      ...lower(
        from,
        leaving.map((at) => made.get(at)!),
        slice.group,
        scratch,
      ),
    );
  }
  const copies = results.flatMap((from, at) => copy([made.get(from)!], [outputs[at]!], {}, scratch));
  return [...calls, ...copies];
}

/** The last operation that reads each result; Infinity for outputs. */
function lastUsesOf({ body, results }: Group): readonly number[] {
  const last = body.map(() => -1);
  body.forEach(({ inputs }, at) => {
    for (const from of inputs) if (from < 0) last[~from] = at;
  });
  for (const result of results) last[result] = Infinity;
  return last;
}

/** Some neighbouring operations as a group, and what its inputs are in the whole. */
function sliceOf(
  { body, access, size, length }: Group,
  start: number,
  end: number,
  leaving: readonly number[],
): { readonly group: Group; readonly references: readonly number[] } {
  const members = body.slice(start, end);
  const rows = size / length;
  const isOfRows = members.every((member) => member.perRow && !isReduction(member));
  const isPlain = isOfRows || members.every(({ perRow }) => !perRow);
  const references: number[] = [];
  const phases: number[] = [];
  const sliced = members.map((member): GroupOperation => {
    const own = member.inputs.map((from) => {
      if (from < 0 && ~from >= start) return ~(~from - start);
      const known = references.indexOf(from);
      return known < 0 ? references.push(from) - 1 : known;
    });
    const before = own
      .filter((from) => from < 0)
      .map((from) => phases[~from]! + (isReduction(members[~from]!) ? 1 : 0));
    phases.push(isPlain ? 0 : Math.max(0, ...before));
    return { ...member, inputs: own, phase: phases.at(-1)!, perRow: member.perRow && !isPlain };
  });
  const how = references.map((from): Access => {
    const taken = from < 0 ? (body[~from]!.perRow ? "row" : "full") : access[from]!;
    if (taken !== "row" || !isPlain) return taken;
    return isOfRows ? "full" : { shape: [rows, 1], to: [rows, length] };
  });
  const count = isOfRows ? rows : size;
  const results = leaving.map((at) => at - start);
  return {
    group: { size: count, length: isPlain ? count : length, access: how, body: sliced, results },
    references,
  };
}

function isReduction({ operation }: GroupOperation): boolean {
  return operation.traits.reduction === true;
}
