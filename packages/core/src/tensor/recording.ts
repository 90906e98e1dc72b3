import { type DType, dtypes } from "./dtype.ts";
import type { Goal, Node, Storage, Tensor, Variable } from "./graph.ts";
import { hashOf, mix, sameAttributes } from "./attributes.ts";

/** A leaf that a run must be given: one slot for each distinct storage. */
export interface Slot {
  readonly tensor: Tensor | Variable;
  readonly storage: Storage;
}

/** The structure of a graph as numbers, the same for two graphs that a program cannot tell apart, and what fills its slots. */
export interface Recording {
  readonly hash: number;
  /** A view of shared memory: copy it to keep it. */
  readonly code: Int32Array;
  readonly attributes: readonly object[];
  readonly slots: readonly Slot[];
}

const dtypeNames = Object.keys(dtypes) as readonly DType[];
const dtypeCodes = new Map(dtypeNames.map((name, code) => [name, code]));
const leafCode = { number: -1, buffer: -2, parameter: -3, numberParameter: -4, bakedNumber: -5, constant: -6 } as const;

let code = new Int32Array(4096);
let length = 0;
let stamp = 0;

function put(value: number): void {
  if (length === code.length) {
    const larger = new Int32Array(2 * length);
    larger.set(code);
    code = larger;
  }
  code[length++] = value;
}

/** Whether it is always part of a program's structure: constants, and the numbers that programs are simplified by. */
export function isBaked(storage: Storage | undefined): boolean {
  if (storage?.kind !== "number") return storage?.kind === "constant";
  const { value } = storage;
  return value === 1 || value === -1 || value === 2 || Object.is(value, 0);
}

function kindOf(storage: Storage, baked: boolean): keyof typeof leafCode {
  if (storage.kind === "number") return baked ? "bakedNumber" : "number";
  if (storage.kind === "parameter") return storage.number ? "numberParameter" : "parameter";
  return storage.kind === "constant" ? "constant" : "buffer";
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Which numbers are part of the structure: those that programs are simplified by, all, or none. */
export type Bake = "some" | "all" | "none";

/** Walks the graph behind the goals, each node once, inputs first. */
export function record(goals: readonly Goal[], bake: Bake = "some"): Recording {
  length = 0;
  stamp++;
  const attributes: object[] = [];
  const slots: Slot[] = [];
  const places = new Map<Storage, number>();
  let values = 0;

  const leaf = (tensor: Tensor | Variable, storage: Storage): number => {
    const known = places.get(storage);
    if (known !== undefined) return known;
    const baked = storage.kind === "number" && bake !== "some" ? bake === "all" : isBaked(storage);
    put(leafCode[kindOf(storage, baked)]);
    put(dtypeCodes.get(tensor.dtype)!);
    if (storage.kind === "constant") {
      put((storage.hash ??= hashOf(storage.data)));
      attributes.push(storage.data);
    } else if (storage.kind === "number" && baked) {
      double[0] = storage.value;
      put(words[0]!);
      put(words[1]!);
    } else put(storage.kind === "parameter" ? storage.index : 0);
    put(tensor.shape.length);
    for (let axis = 0; axis < tensor.shape.length; axis++) put(tensor.shape[axis]!);
    if (!baked) slots.push({ tensor, storage });
    places.set(storage, values);
    return values++;
  };

  const stack: Node[] = [];
  const cursors: number[] = [];
  const visit = (root: Tensor): void => {
    if (root.storage !== undefined) {
      leaf(root, root.storage);
      return;
    }
    if (root.node.stamp === stamp) return;
    root.node.stamp = stamp;
    stack.push(root.node);
    cursors.push(0);
    while (stack.length > 0) {
      const top = stack.length - 1;
      const node = stack[top]!;
      const { inputs } = node;
      let cursor = cursors[top]!;
      let next: Node | undefined;
      while (cursor < inputs.length && next === undefined) {
        const input = inputs[cursor++]!;
        if (input.storage !== undefined) leaf(input, input.storage);
        else if (input.node.stamp !== stamp) next = input.node;
      }
      if (next !== undefined) {
        cursors[top] = cursor;
        next.stamp = stamp;
        stack.push(next);
        cursors.push(0);
        continue;
      }
      put(node.operation.id);
      put(hashOf(node.attributes));
      put(inputs.length);
      for (let at = 0; at < inputs.length; at++) {
        const input = inputs[at]!;
        put(input.storage === undefined ? input.node.place + input.output : places.get(input.storage)!);
      }
      attributes.push(node.attributes);
      node.place = values;
      values += node.outputs.length;
      stack.pop();
      cursors.pop();
    }
  };

  for (let at = 0; at < goals.length; at++) visit(goals[at]!.tensor);
  for (let at = 0; at < goals.length; at++) {
    const { tensor, variable } = goals[at]!;
    const target = variable === undefined ? -1 : leaf(variable, variable.storage!);
    put(tensor.storage === undefined ? tensor.node.place + tensor.output : places.get(tensor.storage)!);
    put(target);
  }
  let hash = length;
  for (let at = 0; at < length; at++) hash = mix(hash, code[at]!);
  return { hash, code: code.subarray(0, length), attributes, slots };
}

/** Whether two recordings have one structure. */
export function sameStructure(a: Recording, b: Recording): boolean {
  if (a.hash !== b.hash || a.code.length !== b.code.length || a.attributes.length !== b.attributes.length) return false;
  for (let at = 0; at < a.code.length; at++) if (a.code[at] !== b.code[at]) return false;
  for (let at = 0; at < a.attributes.length; at++) {
    if (a.attributes[at] !== b.attributes[at] && !sameAttributes(a.attributes[at], b.attributes[at])) return false;
  }
  return true;
}
