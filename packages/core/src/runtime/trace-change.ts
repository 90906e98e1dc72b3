import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Goal, Storage } from "../tensor/graph.ts";
import { type Recording, sameStructure, type Slot } from "../tensor/recording.ts";
import type { Variable } from "../tensor/variable.ts";

/** The variable whose value in the trace a storage is. */
export function ownerOf(storage: Storage, variables: ReadonlySet<Variable>): Variable | undefined {
  const owner = storage.kind === "device" ? storage.owner : undefined;
  return owner !== undefined && variables.has(owner) && owner.storage === storage ? owner : undefined;
}

/** Throws if the second tracing of a function differs from the first: what differs would stay as it was at the first call. */
export function refuseChange(
  { recording: first, owners }: { readonly recording: Recording; readonly owners: readonly (Variable | undefined)[] },
  second: Recording,
  variables: ReadonlySet<Variable>,
  goals: readonly Goal[],
): void {
  if (!sameStructure(first, second)) {
    // Why: The function took another way at its second call, by an if, a loop or a counter of its own.
    throw new GradloomError(
      "compile-structure",
      "compile: the function built another graph at its second call with the same shapes; what it builds may depend on shapes only, " +
        "so choose between graphs outside of it, or with where(...)",
    );
  }
  first.slots.forEach(({ storage }, at) => {
    const other = second.slots[at]!.storage;
    const same =
      storage.kind === "number" && other.kind === "number"
        ? Object.is(storage.value, other.value)
        : storage.kind === "host" && other.kind === "host"
          ? storage.data.every((value, place) => Object.is(value, other.data[place]))
          : storage.kind === "parameter" ||
            (owners[at] === undefined ? storage === other : owners[at] === ownerOf(other, variables));
    if (same) return;
    const what =
      storage.kind === "number" && other.kind === "number"
        ? `the number ${storage.value} was ${other.value} at the second call`
        : `a tensor ${show(second.slots[at]!.tensor.shape)} from outside was another one at the second call`;
    // Why: What compile traces at the first call is what every later call runs. A number that JavaScript computes anew each time would be
    // frozen into it.
    throw new GradloomError(
      "compile-frozen",
      `compile: in ${readerOf(second.slots[at]!, goals)}, ${what}; it would stay as it was at the first call, so make it an argument or a variable`,
    );
  });
}

/** The name of an operation that takes the leaf. */
function readerOf({ storage }: Slot, goals: readonly Goal[]): string {
  const open = goals.map(({ tensor: { node } }) => node);
  const seen = new Set(open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const input of node.inputs) {
      if (input.storage === storage) return node.operation.name;
      if (input.storage !== undefined || seen.has(input.node)) continue;
      seen.add(input.node);
      open.push(input.node);
    }
  }
  return "the result";
}
