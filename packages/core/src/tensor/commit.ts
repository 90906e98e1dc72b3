import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { anything, flag } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import type { Device, Goal } from "./device.ts";
import type { DeviceStorage, Node, Tensor } from "./tensor.ts";
import type { TraceScope } from "./trace-scope.ts";
import type { Variable } from "./variable.ts";

/** Work that was built and not yet computed. Frames nest: each records what is built while it is open. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** Whether nothing that is built or read inside can be seen from outside. */
  readonly sealed: boolean;
  /** In a trace that will be run again: what its variables are outside. */
  readonly entered: Entered | undefined;
  /** The innermost function that is being traced. */
  readonly scope: TraceScope | undefined;
  readonly pending: Node[];
  /** The variables assigned inside, with the value each had before and whether the new one can be seen. */
  readonly assigned: Map<Variable, Assignment>;
}

/** What variables were outside of a trace that gives them nodes of their own. */
interface Entered {
  readonly scope: TraceScope;
  /** Those that are read and have no memory yet. */
  readonly unplaced: Set<Variable>;
  readonly variables: Map<Variable, { readonly current: Tensor; readonly storage: DeviceStorage }>;
}

interface Assignment {
  readonly before: Tensor;
  readonly seen: boolean;
}

/**
 * A loop that never reads does not grow for ever: with so many pending nodes, a variable that is assigned again begins another step, and what
 * was built before is committed. So the cuts fall at the same place of the step, and the programs between them are the same.
 */
const stepBound = 1_000;
/** So many pending nodes are cut anywhere. */
const pendingBound = 20_000;

let frame: Frame = {
  parent: undefined,
  sealed: false,
  entered: undefined,
  scope: undefined,
  pending: [],
  assigned: new Map(),
};
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

/** What an inner frame is to the one around it. */
interface FrameOptions extends Partial<Pick<Frame, "scope" | "entered">> {
  /** Promises that nothing built inside gets out. */
  readonly sealed?: boolean;
}

/** Runs `body` in a frame of its own and hands over the frame with the result. If it fails, its assignments are taken back. */
export function inFrame<Result>(
  body: () => Result,
  { sealed = false, entered = frame.entered, scope = frame.scope }: FrameOptions = {},
): { readonly result: Result; readonly frame: Frame } {
  const own: Frame = {
    parent: frame,
    sealed: sealed || frame.sealed,
    entered,
    scope,
    pending: [],
    assigned: new Map(),
  };
  frame = own;
  try {
    return { result: body(), frame: own };
  } catch (error) {
    for (const [variable, { before }] of own.assigned) variable.current = before;
    throw error;
  } finally {
    frame = own.parent!;
  }
}

/** Runs `body`, whose intermediate tensors nobody sees: only the tensors it returns become pending. */
export function hidden<Result extends readonly Tensor[]>(body: () => Result): Result {
  const { result, frame: inner } = inFrame(body);
  for (const tensor of result)
    if (tensor.storage === undefined && tensor.node.inputs.length > 0) notePending(tensor.node);
  adopt(inner);
  return result;
}

/** Runs `body`, of which only the assignments stay: no tensor that it builds or reads gets out. */
export function sealed(body: () => void): void {
  adopt(inFrame(body, { sealed: true }).frame);
}

/** Takes over the assignments that were made in an inner frame. */
function adopt({ assigned }: Frame): void {
  for (const [variable, { before, seen }] of assigned) {
    frame.assigned.set(variable, { before: frame.assigned.get(variable)?.before ?? before, seen });
  }
}

/** A trace with what each variable would have become. */
export interface Traced<Result> {
  readonly result: Result;
  readonly assigned: ReadonlyMap<Variable, Tensor>;
}

/** Runs `trace` inside a scope, with its assignments taken back afterwards. */
export function traced<Result>(scope: TraceScope, trace: () => Result): Traced<Result> {
  return takenBack(trace, { scope });
}

/**
 * The same for a trace that is run again later, which `use` makes ready. Tensors from outside are constants to it: a variable's value is a
 * node of its own until `use` is done, and nothing that is read inside gets out. `use` is told which variables take part. It is not called
 * where variables are read that have no memory yet, which are returned.
 */
export function tracedToReplay<Result>(
  scope: TraceScope,
  trace: () => Result,
  use: (traced: Traced<Result>, variables: ReadonlySet<Variable>) => void,
): ReadonlySet<Variable> {
  const variables: Entered["variables"] = new Map();
  const unplaced = new Set<Variable>();
  try {
    const done = takenBack(trace, { scope, sealed: true, entered: { scope, variables, unplaced } });
    if (unplaced.size === 0) use(done, new Set([...variables.keys(), ...done.assigned.keys()]));
    return unplaced;
  } finally {
    scope.isOpen = false;
    for (const [variable, { current, storage }] of variables) {
      variable.current = current;
      variable.storage = storage;
    }
  }
}

function takenBack<Result>(trace: () => Result, options: FrameOptions): Traced<Result> {
  const assigned = new Map<Variable, Tensor>();
  const body = (): Result => {
    try {
      return trace();
    } finally {
      for (const [variable, { before }] of frame.assigned) {
        assigned.set(variable, variable.current);
        variable.current = before;
      }
    }
  };
  return { result: inFrame(body, options).result, assigned };
}

/** Notes a new node as pending work. */
export function notePending(node: Node): void {
  frame.pending.push(node);
  if (frame.pending.length > pendingBound) cut();
}

/** Notes that the first value of a variable, whose computation failed, is asked for again. */
export function noteFirstValue(variable: Variable): void {
  for (let open: Frame | undefined = frame; open !== undefined; open = open.parent)
    if (open.assigned.has(variable)) return;
  rootFrame().assigned.set(variable, { before: variable.current, seen: true });
}

/** Notes that a variable is about to be assigned. */
export function noteAssignment(variable: Variable): void {
  if (frame.pending.length > stepBound && frame.assigned.has(variable)) cut();
}

/** Commits where nobody asked for it, if that is possible here. */
function cut(): void {
  if (frame.parent === undefined && defaultDevice !== undefined) commit();
}

/** The device for work that belongs to none yet; set once by the program, or by the umbrella at the first read. */
export function setDefaultDevice(device: Device | undefined): void {
  defaultDevice = device;
}

/** The device for work that belongs to none yet. */
export function getDefaultDevice(): Device {
  if (defaultDevice === undefined) {
    // Why: Nothing is chosen by an import. `await useBestBackend()` of the gradloom package sets the best one that works here; a Trainer
    // gets its backend as one of its plugins, e.g. `wasm()`.
    throw new GradloomError(
      "no-backend",
      "no backend to compute on: call useBackend(cpu()) once, or give the Trainer a backend",
    );
  }
  return defaultDevice;
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
  const { endHistory = false, home = defaultDevice, on, patient = false } = options;
  if (frame.parent !== undefined) throw readWhileTracing();
  if (
    !Array.isArray(keep) ||
    Array.from<Partial<Tensor> | undefined>(keep).some((tensor) => tensor?.node === undefined)
  )
    throw new GradloomError(
      "no-tensor",
      `commit: ${showValue(keep)} is no list of tensors; give those to keep, e.g. [loss]`,
    );
  const { pending, assigned } = frame;
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
