import { GradloomError, show } from "../errors/gradloom-error.ts";
import { newScope } from "../ops/close-over.ts";
import { newLeaf } from "../ops/creation.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import { getDefaultDevice } from "../tensor/default-device.ts";
import { tracedToReplay } from "../tensor/frame.ts";
import type { Buffer, Device, Goal, TensorSpec, Node } from "../tensor/graph.ts";
import { otherName } from "../tensor/other-name.ts";
import { dtypes } from "../tensor/dtype.ts";
import { newestNode } from "../tensor/node.ts";
import { bytesOf } from "../tensor/operation.ts";
import { record, type Recording, type Slot } from "../tensor/recording.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { refuseLeaked } from "../tensor/refuse-leaked.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Executable } from "../backend/backend.ts";
import type { BackendDevice } from "./backend-device.ts";
import { flatten, rebuild, type TensorTree } from "../tensor/tensor-tree.ts";
import { ownerOf, refuseChange } from "./trace-change.ts";

/** The function that is compiled. */
export type Build = (...tensors: readonly Tensor[]) => TensorTree | void;

/**
 * What a program keeps for each word of its structure, of which a node has six or so: 12,000 programs of some twenty nodes took 450 MB with
 * WebAssembly.
 */
const bytesPerWord = 256;

/** What the first call traced. */
interface FirstCall {
  readonly recording: Recording;
  /** The variable behind each slot of the recording; its memory stays the same whatever it holds. */
  readonly owners: readonly (Variable | undefined)[];
  readonly executable: Executable;
  readonly device: BackendDevice;
  /** That of the device when the program was built. */
  readonly generation: number;
}

/** One tracing of a function for arguments of given shapes. */
export class Trace {
  private readonly specs: readonly (TensorSpec | "number")[];
  private readonly given: BackendDevice | undefined;
  private calls = 0;
  private first: FirstCall | undefined;
  private slots: readonly Slot[] = [];
  private filled: (Buffer | number)[] = [];
  /** The slots that are filled anew at every run; the others are the memory of variables. */
  private moving: readonly number[] = [];
  /** Memory that host data is written to, for each slot, the same at every call. */
  private readonly staging: (Buffer | undefined)[] = [];
  private assigned: readonly Variable[] = [];
  private specsOut: readonly TensorSpec[] = [];
  private tree: TensorTree | void = undefined;

  constructor(inputs: readonly (Tensor | number)[], device: BackendDevice | undefined) {
    this.specs = inputs.map((input) =>
      typeof input === "number" ? "number" : { shape: input.shape, dtype: input.dtype },
    );
    this.given = device;
  }

  /** The bytes, about, that it keeps: its program, and memory of its own for what it is given. */
  get bytes(): number {
    const program = bytesPerWord * (this.first?.recording.code.length ?? 0);
    return this.specs.reduce((sum, spec) => (spec === "number" ? sum : sum + bytesOf(spec)), program);
  }

  takes(inputs: readonly (Tensor | number)[]): boolean {
    if (this.first !== undefined && this.first.generation !== this.first.device.generation) return false;
    if (inputs.length !== this.specs.length) return false;
    for (let at = 0; at < inputs.length; at++) {
      const input = inputs[at]!;
      const spec = this.specs[at]!;
      if (typeof input === "number" || spec === "number") {
        if (typeof input !== "number" || spec !== "number") return false;
      } else if (input.dtype !== spec.dtype || !sameShape(input.shape, spec.shape)) return false;
    }
    return true;
  }

  /** Traces at the first call, and again at the second to see that nothing would freeze. */
  ensure(build: Build): void {
    if (this.calls === 2) return;
    const unplaced = this.trace(build);
    if (unplaced.size > 0) {
      place(unplaced, this.given);
      const [inside] = this.trace(build);
      if (inside !== undefined) throw madeInside(inside);
    }
    this.calls++;
  }

  /** Traces the function; if it reads variables that have no memory yet, it only tells them. */
  private trace(build: Build): ReadonlySet<Variable> {
    const scope = newScope("a compiled function");
    const parameters = this.specs.map((spec, index) =>
      spec === "number" ? scope.parameter({ shape: [], dtype: "float32" }, index, true) : scope.parameter(spec, index),
    );
    const before = newestNode();
    return tracedToReplay(
      scope,
      () => build(...parameters),
      ({ result, assigned }, variables) => {
        const outputs = result === undefined ? [] : flatten("compile", result);
        for (const output of outputs) refuseLeaked("compile", output, scope);
        const goals: Goal[] = outputs.map((output) => ({ tensor: output }));
        for (const [variable, value] of assigned) goals.push({ tensor: value, variable });
        const device = this.given ?? deviceOfGoals(goals);
        const constants = outside(goals, before);
        if (constants.length > 0) commit(constants, { home: device });
        device.settle(goals);
        if (this.first === undefined) this.keep(goals, outputs, result, variables, device);
        else refuseChange(this.first, record(goals, "none"), variables, goals);
      },
    );
  }

  private keep(
    goals: readonly Goal[],
    outputs: readonly Tensor[],
    tree: TensorTree | void,
    variables: ReadonlySet<Variable>,
    device: BackendDevice,
  ): void {
    const recording = record(goals, "none");
    const kept: Recording = { ...recording, code: recording.code.slice() };
    const { executable, slots } = device.prepare(goals, "all");
    this.first = {
      recording: kept,
      owners: kept.slots.map(({ storage }) => ownerOf(storage, variables)),
      executable,
      device,
      generation: device.generation,
    };
    this.slots = slots;
    this.filled = slots.map((slot) => (slot.storage.kind === "parameter" ? 0 : device.fill(slot)));
    this.moving = slots.map((_, at) => at).filter((at) => ownerOf(slots[at]!.storage, variables) === undefined);
    this.assigned = goals.flatMap(({ variable }) => variable ?? []);
    this.specsOut = outputs.map(({ shape, dtype }) => ({ shape, dtype }));
    this.tree = tree;
  }

  run(inputs: readonly (Tensor | number)[]): TensorTree | void {
    const { executable, device } = this.first!;
    const { slots, filled } = this;
    for (const input of inputs) refuseForeign(input, device);
    for (const variable of this.assigned) device.renew(variable);
    for (const at of this.moving) {
      const slot = slots[at]!;
      const input = slot.storage.kind === "parameter" ? inputs[slot.storage.index]! : undefined;
      if (input === undefined) filled[at] = device.fill(slot);
      else filled[at] = typeof input === "number" ? input : this.bufferOf(at, input, device);
    }
    const kept = executable.run(filled);
    if (kept.length === 0) return this.tree;
    return rebuild(
      this.tree as TensorTree,
      kept.map((buffer, at) => newLeaf(device.storageOf(buffer), this.specsOut[at]!, device)),
    );
  }

  /** What a tensor fills a slot with; numbers from the host go through the slot's own memory. */
  private bufferOf(slot: number, input: Tensor, device: BackendDevice): Buffer | number {
    const storage = input.storage!;
    if (storage.kind === "device" || storage.kind === "parameter") return device.fill({ tensor: input, storage });
    if (storage.kind !== "number" && storage.device === device) return storage.buffer!;
    const buffer = (this.staging[slot] ??= device.backend.allocate(input));
    device.backend.write(
      buffer,
      storage.kind === "number" ? new dtypes[input.dtype].array([storage.value]) : storage.data,
    );
    return buffer;
  }
}

/** Gives variables memory: on the backend of the function, else on the default one. */
function place(variables: ReadonlySet<Variable>, device: Device = getDefaultDevice()): void {
  for (const variable of variables) variable.device ??= device;
  for (const on of new Set([...variables].map((variable) => placeOf(variable)))) commit([], { on });
}

function madeInside({ name }: Variable): GradloomError {
  // Why: A compiled function is traced, and run again without its JavaScript. A variable that it makes would be made once, or at every
  // trace.
  return new GradloomError(
    "variable-inside",
    `compile: variable ${name} is made inside the function; make it outside, and read and assign it inside`,
  );
}

/** Throws for an argument that was computed on another backend. */
function refuseForeign(input: Tensor | number, device: BackendDevice): void {
  if (typeof input === "number") return;
  const { storage } = input;
  if (storage?.kind !== "device" || storage.device === device) return;
  throw new GradloomError(
    "two-backends",
    `compile: an argument ${show(input.shape)} lives on backend ${storage.device.name}, the function runs on ${otherName(device, storage.device)}; copy it with await to(tensor, backend)`,
  );
}

/** The tensors that a graph takes from before the trace and that are not computed yet: to the trace they are constants. */
function outside(goals: readonly Goal[], before: number): readonly Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<Node>();
  const open = goals.map(({ tensor }) => tensor);
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (tensor.storage !== undefined) continue;
    if (tensor.node.id <= before) found.add(tensor);
    else if (!seen.has(tensor.node)) {
      seen.add(tensor.node);
      for (const input of tensor.node.inputs) open.push(input);
    }
  }
  return [...found];
}

/** The device where something of a graph lives, else the default. */
function deviceOfGoals(goals: readonly Goal[]): BackendDevice {
  const known = goals.find(({ tensor }) => tensor.node.device !== undefined);
  return (known?.tensor.node.device ?? getDefaultDevice()) as BackendDevice;
}
