import { GradloomError } from "../errors/gradloom-error.ts";
import type { Device, Goal } from "./device.ts";
import type { Node, Tensor } from "./tensor.ts";
import type { Variable } from "./variable.ts";

/** Work that was built and not yet computed. Frames nest: each records what is built while it is open. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** What is built inside cannot be seen from outside, unless it is returned. */
  readonly hidden: boolean;
  readonly pending: Node[];
  /** The variables assigned inside, with the value each had before and whether the new one can be seen. */
  readonly assigned: Map<Variable, Assignment>;
}

interface Assignment {
  readonly before: Tensor;
  readonly seen: boolean;
}

/** So many pending nodes are cut by a commit of their own, so that a loop that never reads does not grow for ever. */
const pendingBound = 20_000;

let frame: Frame = { parent: undefined, hidden: false, pending: [], assigned: new Map() };
let defaultDevice: Device | undefined;

/** The open frame. */
export function openFrame(): Frame {
  return frame;
}

/** The frame outside all others, whose work commits compute. */
export function rootFrame(): Frame {
  let root = frame;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** Runs `body` in a frame of its own and hands over the frame with the result. */
export function inFrame<Result>(body: () => Result): { readonly result: Result; readonly frame: Frame } {
  const own: Frame = { parent: frame, hidden: true, pending: [], assigned: new Map() };
  frame = own;
  try {
    return { result: body(), frame: own };
  } finally {
    frame = own.parent!;
  }
}

/** Runs `body`, whose intermediate tensors nobody sees: only the tensors it returns become pending. Assignments count as made here. */
export function hidden<Result extends readonly Tensor[]>(body: () => Result): Result {
  const { result, frame: inner } = inFrame(body);
  for (const tensor of result)
    if (tensor.storage === undefined && tensor.node.inputs.length > 0) notePending(tensor.node);
  for (const [variable, assignment] of inner.assigned) {
    frame.assigned.set(variable, {
      before: frame.assigned.get(variable)?.before ?? assignment.before,
      seen: assignment.seen,
    });
  }
  return result;
}

/** Runs `trace` with its assignments taken back afterwards, and tells what each variable would have become. */
export function traced<Result>(trace: () => Result): {
  readonly result: Result;
  readonly assigned: ReadonlyMap<Variable, Tensor>;
} {
  const assigned = new Map<Variable, Tensor>();
  const inner: Frame = { parent: frame, hidden: true, pending: [], assigned: new Map() };
  frame = inner;
  try {
    const result = trace();
    for (const variable of inner.assigned.keys()) assigned.set(variable, variable.current);
    return { result, assigned };
  } finally {
    for (const [variable, { before }] of inner.assigned) variable.current = before;
    frame = inner.parent!;
  }
}

/** Notes a new node as pending work. */
export function notePending(node: Node): void {
  frame.pending.push(node);
  if (frame.pending.length > pendingBound && frame.parent === undefined && defaultDevice !== undefined) commit();
}

/** The device for work that belongs to none yet; set once by the program, or by the umbrella at the first read. */
export function setDefaultDevice(device: Device | undefined): void {
  defaultDevice = device;
}

/** The device for work that belongs to none yet. */
export function getDefaultDevice(): Device {
  if (defaultDevice === undefined) {
    throw new GradloomError(
      "no-backend",
      "no backend to compute on: call useBackend(cpu()) once, or give the Trainer a backend",
    );
  }
  return defaultDevice;
}

/** The error for asking for numbers where only the graph is built. */
export function readWhileTracing(): GradloomError {
  return new GradloomError(
    "read-while-tracing",
    "a tensor inside a compiled function, a layer or a scan has no numbers yet; return it and read it outside",
  );
}

/**
 * Computes what is pending: the tensors to `keep`, the assigned variables and every pending tensor that no other node takes.
 * With `endHistory` no gradient can be taken through what it computes, so the graphs behind it are freed.
 */
export function commit(
  keep: readonly Tensor[] = [],
  { endHistory = false }: { readonly endHistory?: boolean } = {},
): void {
  if (frame.parent !== undefined) throw readWhileTracing();
  const { pending, assigned } = frame;
  const goals = new Map<Device, Goal[]>();
  const add = (goal: Goal, device: Device): void => {
    const list = goals.get(device);
    if (list === undefined) goals.set(device, [goal]);
    else list.push(goal);
  };
  for (const [variable, { seen }] of assigned) {
    const tensor = variable.current;
    add({ tensor, variable, seen }, tensor.node.device ?? variable.device ?? getDefaultDevice());
  }
  const kept = keptTensors(keep, pending, assigned);
  for (const tensor of kept) {
    // What nobody asked for and belongs nowhere stays as it is while there is no default backend.
    const device = tensor.node.device ?? (keep.includes(tensor) ? getDefaultDevice() : defaultDevice);
    if (device !== undefined) add({ tensor }, device);
  }
  pending.length = 0;
  for (const [device, list] of goals) device.evaluate(list);
  assigned.clear();
  if (endHistory)
    for (const { node } of kept) if (node.outputs.every((output) => output.storage !== undefined)) node.inputs = [];
}

/** The tensors to keep: those asked for, and the pending ones that no node takes and no variable gets. */
function keptTensors(
  keep: readonly Tensor[],
  pending: readonly Node[],
  assigned: ReadonlyMap<Variable, Assignment>,
): ReadonlySet<Tensor> {
  const kept = new Set(keep);
  for (const { consumed, operation, attributes, outputs } of pending) {
    if (consumed) continue;
    const visible = operation.traits.visible?.(attributes) ?? outputs.length;
    for (let output = 0; output < visible; output++) kept.add(outputs[output]!);
  }
  for (const variable of assigned.keys()) kept.delete(variable.current);
  for (const tensor of kept) if (tensor.storage !== undefined) kept.delete(tensor);
  return kept;
}
