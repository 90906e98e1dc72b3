import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { anything, flag } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { findDefaultDevice, getDefaultDevice } from "./default-device.ts";
import { type Assignment, openFrame } from "./frame.ts";
import type { Device, Goal, Node, Tensor, Variable } from "./graph.ts";

/**
 * A loop that never reads does not grow for ever: beyond this bound of pending nodes, a variable that is assigned again begins another step, and what
 * was built before is committed. So the cuts fall at the same place of the step, and the programs between them are the same.
 */
const stepBound = 1_000;
/** More pending nodes are cut anywhere. */
const pendingBound = 20_000;

/** Notes a new node as pending work. */
export function notePending(node: Node): void {
  const { pending } = openFrame();
  pending.push(node);
  if (pending.length > pendingBound) cut();
}

/** Notes that a variable is about to be assigned. */
export function noteAssignment(variable: Variable): void {
  const { pending, assigned } = openFrame();
  if (pending.length > stepBound && assigned.has(variable)) cut();
}

/** Commits where nobody asked for it, if that is possible here. */
function cut(): void {
  if (openFrame().parent === undefined && findDefaultDevice() !== undefined) commit();
}

/** The error for asking for numbers where only the graph is built. */
export function readWhileTracing(): GradloomError {
  // Why: The function builds a graph, which is run later, maybe many times. To choose by a number, use `where(condition, a, b)` inside; to
  // look at it, return it and await its `data()` outside.
  return new GradloomError(
    "read-while-tracing",
    "a tensor inside a compiled function, a layer or a scan has no numbers yet; return it and read it outside",
  );
}

/** How pending work is committed. */
export interface CommitOptions {
  /** No gradient can be taken through what is computed, so the graphs behind it are freed. */
  readonly endHistory?: boolean;
  /** Where what is to be kept and lives nowhere is computed. */
  readonly home?: Device | undefined;
  /** The backend whose work is committed; if left out, those where something is to be kept, or all if nothing is. */
  readonly on?: Device | undefined;
  /** Work that fails and that nobody asked for stays pending, and is an error for whoever asks for it. */
  readonly patient?: boolean;
}

const commitFields: Fields<CommitOptions> = {
  endHistory: flag,
  home: anything(),
  on: anything(),
  patient: flag,
};

/** What is to be computed on one backend. */
interface Work {
  readonly assigned: Map<Variable, Assignment>;
  readonly asked: Tensor[];
  /** Pending tensors that no other node takes: computed on the way, if that works. */
  readonly unasked: Tensor[];
}

/**
 * Computes what is pending: the tensors to `keep`, the assigned variables and every pending tensor that no other node takes. Work is committed
 * by backend: what fails on one leaves the variables there as they were, and the work of others is done.
 */
export function commit(keep: readonly Tensor[] = [], options: CommitOptions = {}): void {
  checkOptions("commit", commitFields, options);
  const defaultDevice = findDefaultDevice();
  const { endHistory = false, home = defaultDevice, on, patient = false } = options;
  const { parent, pending, assigned } = openFrame();
  if (parent !== undefined) throw readWhileTracing();
  if (
    !Array.isArray(keep) ||
    Array.from<Partial<Tensor> | undefined>(keep).some((tensor) => tensor?.node === undefined)
  )
    throw new GradloomError(
      "no-tensor",
      `commit: ${showValue(keep)} is no list of tensors; give those to keep, e.g. [loss]`,
    );
  const kept = keptTensors(keep, pending, assigned);
  const works = worksOf(new Set(keep), kept, assigned, home);
  const only = new Set(on === undefined ? [] : [on]);
  for (const [device, { asked }] of works) if (asked.length > 0) only.add(device);
  const isDue = (device: Device): boolean => only.size === 0 || only.has(device);
  const due = [...works].filter(([device]) => isDue(device));
  for (const [device, work] of due) if (device !== defaultDevice) adoptUnplaced(work, assigned, works);
  const failures: unknown[] = [];
  for (const [device, work] of due) {
    try {
      evaluate(device, work);
    } catch (error) {
      if (patient && work.asked.length === 0) continue;
      failures.push(error);
      takeBack(work.assigned);
    }
    for (const variable of work.assigned.keys()) assigned.delete(variable);
    if (endHistory) for (const tensor of [...work.asked, ...work.unasked]) forgetHistory(tensor.node);
  }
  const rest = pending.filter(({ device = defaultDevice }) => device !== undefined && !isDue(device));
  pending.length = 0;
  for (const node of rest) pending.push(node);
  if (failures.length > 0) throw failures[0];
}

/** The work of each backend. What nobody asked for and belongs nowhere stays as it is while there is no default backend. */
function worksOf(
  keep: ReadonlySet<Tensor>,
  kept: ReadonlySet<Tensor>,
  assigned: ReadonlyMap<Variable, Assignment>,
  home: Device | undefined,
): ReadonlyMap<Device, Work> {
  const works = new Map<Device, Work>();
  const defaultDevice = findDefaultDevice();
  const workOn = (device: Device): Work => {
    let work = works.get(device);
    if (work === undefined) works.set(device, (work = { assigned: new Map(), asked: [], unasked: [] }));
    return work;
  };
  for (const [variable, assignment] of assigned) {
    const device = placeOf(variable) ?? defaultDevice;
    if (device !== undefined) workOn(device).assigned.set(variable, assignment);
  }
  for (const tensor of kept) {
    const { device } = tensor.node;
    if (keep.has(tensor)) workOn(device ?? home ?? getDefaultDevice()).asked.push(tensor);
    else if ((device ?? defaultDevice) !== undefined) workOn((device ?? defaultDevice)!).unasked.push(tensor);
  }
  return works;
}

/** The backend that a variable lives on; undefined as long as its first value was not needed. */
export function placeOf({ current, device }: Variable): Device | undefined {
  return current.node.device ?? device;
}

/** Gives work the variables that live nowhere and that it needs: so a variable lives where its value is needed first. */
function adoptUnplaced(
  work: Work,
  assigned: ReadonlyMap<Variable, Assignment>,
  works: ReadonlyMap<Device, Work>,
): void {
  const unplaced = new Map<Tensor, Variable>();
  for (const variable of assigned.keys()) if (placeOf(variable) === undefined) unplaced.set(variable.current, variable);
  if (unplaced.size === 0) return;
  const open = [...work.asked, ...work.unasked, ...[...work.assigned.keys()].map(({ current }) => current)];
  const seen = new Set<Node>();
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const variable = unplaced.get(tensor);
    if (variable !== undefined) {
      for (const other of works.values()) other.assigned.delete(variable);
      work.assigned.set(variable, assigned.get(variable)!);
    }
    if (tensor.storage !== undefined || seen.has(tensor.node)) continue;
    seen.add(tensor.node);
    for (const input of tensor.node.inputs) open.push(input);
  }
}

/** Computes the work of a backend in one program; without what nobody asked for, if that is what fails. */
function evaluate(device: Device, { assigned, asked, unasked }: Work): void {
  const goals: Goal[] = [...assigned].map(([variable, { seen }]) => ({ tensor: variable.current, variable, seen }));
  for (const tensor of asked) goals.push({ tensor });
  try {
    device.evaluate([...goals, ...unasked.map((tensor) => ({ tensor }))]);
  } catch (error) {
    if (unasked.length === 0 || goals.length === 0) throw error;
    device.evaluate(goals);
  }
}

function forgetHistory(node: Node): void {
  if (node.outputs.every((output) => output.storage !== undefined)) node.inputs = [];
}

/**
 * Gives variables the values back that they had before. Those that have none yet keep what is to become their first, which is tried again when
 * somebody asks for it, so that it does not fail the work of others.
 */
function takeBack(assigned: Map<Variable, Assignment>): void {
  for (const [variable, { before }] of assigned) {
    if (before.storage === undefined) variable.storage = undefined;
    else variable.current = before;
  }
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
    for (const output of outputs.slice(0, operation.traits.visible?.(attributes))) kept.add(output);
  }
  for (const variable of assigned.keys()) kept.delete(variable.current);
  for (const tensor of kept) if (tensor.storage !== undefined) kept.delete(tensor);
  return kept;
}
