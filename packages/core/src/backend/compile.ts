import { GradloomError, show } from "../errors/gradloom-error.ts";
import { newLeaf, type NestedArray, tensor } from "../ops/creation.ts";
import { sameStructure, record, type Recording, type Slot } from "../tensor/recording.ts";
import { commit, getDefaultDevice, openFrame, traced } from "../tensor/commit.ts";
import type { Buffer, Goal } from "../tensor/device.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import { sameShape } from "../tensor/shape.ts";
import { type Storage, Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Backend } from "./backend.ts";
import { type BackendDevice, deviceOf, type Ready } from "./backend-device.ts";
import { flatten, rebuild, type TensorTree } from "./tensor-tree.ts";

/** What a compiled function takes for a tensor: one, a number (a float32 scalar), or data as `tensor` takes it. */
export type Argument = Tensor | number | TypedArray | NestedArray;

/** The compiled function: the same arguments, also as numbers or data. */
export type Compiled<Arguments extends readonly Tensor[], Result> = (
  ...values: { readonly [Place in keyof Arguments]: Argument }
) => Result;

/**
 * A function that is traced once for each set of argument shapes and then only run: nothing of it is rebuilt. It must be synchronous and
 * build the same graph at every call; variables that it assigns change when it is called. Calling it is a commit.
 */
export function compile<Arguments extends readonly Tensor[], Result extends TensorTree | void>(
  build: (...values: Arguments) => Result,
  { backend }: { readonly backend?: Backend } = {},
): Compiled<Arguments, Result> {
  const traces: Trace[] = [];
  return (...values) => {
    const inputs: (Tensor | number)[] = [];
    for (const value of values)
      inputs.push(value instanceof Tensor || typeof value === "number" ? value : tensor(value));
    const frame = openFrame();
    if (frame.parent !== undefined) return build(...(inputs.map(asTensor) as unknown as Arguments));
    const pending = inputs.filter((input): input is Tensor => typeof input !== "number" && input.storage === undefined);
    if (frame.assigned.size > 0 || pending.length > 0) commit(pending);
    let trace = traces.find((known) => known.takes(inputs));
    if (trace === undefined)
      traces.push((trace = new Trace(inputs, backend === undefined ? undefined : deviceOf(backend))));
    trace.ensure(build as unknown as (...tensors: readonly Tensor[]) => TensorTree | void);
    return trace.run(inputs) as Result;
  };
}

function asTensor(value: Tensor | number): Tensor {
  return typeof value === "number" ? newLeaf({ kind: "number", value }, { shape: [], dtype: "float32" }) : value;
}

/** What the first call traced. */
interface FirstCall {
  readonly recording: Recording;
  /** The variable behind each slot of the recording; its memory stays the same whatever it holds. */
  readonly owners: readonly (Variable | undefined)[];
  readonly ready: Ready;
  readonly device: BackendDevice;
}

/** One tracing of a function for arguments of given shapes. */
class Trace {
  private readonly specs: readonly (TensorSpec | "number")[];
  private readonly given: BackendDevice | undefined;
  private calls = 0;
  private first: FirstCall | undefined;
  private slots: readonly Slot[] = [];
  private filled: (Buffer | number)[] = [];
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

  takes(inputs: readonly (Tensor | number)[]): boolean {
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
  ensure(build: (...tensors: readonly Tensor[]) => TensorTree | void): void {
    if (this.calls === 2) return;
    const parameters = this.specs.map((spec, index) =>
      spec === "number"
        ? newLeaf({ kind: "parameter", index, number: true }, { shape: [], dtype: "float32" })
        : newLeaf({ kind: "parameter", index, number: false }, spec),
    );
    const { result, assigned } = traced(() => build(...parameters));
    const outputs = flatten("compile", result);
    const goals: Goal[] = outputs.map((output) => ({ tensor: output }));
    for (const [variable, value] of assigned) goals.push({ tensor: value, variable });
    const device =
      this.given ??
      (goals.find(({ tensor: { node } }) => node.device !== undefined)?.tensor.node.device as
        | BackendDevice
        | undefined) ??
      (getDefaultDevice() as BackendDevice);
    device.settle(goals);
    if (this.first === undefined) {
      const recording = record(goals);
      const kept: Recording = { ...recording, code: recording.code.slice() };
      const { ready, slots } = device.prepare(goals, true);
      this.first = { recording: kept, owners: kept.slots.map(({ storage }) => ownerOf(storage)), ready, device };
      this.slots = slots;
      this.filled = slots.map((slot) => (slot.storage.kind === "parameter" ? 0 : device.fill(slot)));
      this.assigned = [...assigned.keys()];
      this.specsOut = outputs.map(({ shape, dtype }) => ({ shape, dtype }));
      this.tree = result;
    } else refuseChange(this.first, record(goals), goals);
    this.calls++;
  }

  run(inputs: readonly (Tensor | number)[]): TensorTree | void {
    const { ready, device } = this.first!;
    const { slots, filled } = this;
    for (const variable of this.assigned) if (variable.storage!.lent) device.setAside(variable);
    for (let at = 0; at < slots.length; at++) {
      const { storage } = slots[at]!;
      if (storage.kind === "parameter") {
        const input = inputs[storage.index]!;
        filled[at] = typeof input === "number" ? input : this.bufferOf(at, input, device);
      }
    }
    const kept = ready.executable.run(filled);
    if (kept.length === 0) return this.tree;
    return rebuild(
      this.tree as TensorTree,
      kept.map((buffer, at) => newLeaf(device.storageOf(buffer), this.specsOut[at]!, device)),
    );
  }

  private bufferOf(slot: number, input: Tensor, device: BackendDevice): Buffer | number {
    const storage = input.storage!;
    if (storage.kind !== "host" || storage.device === device) return device.fill({ tensor: input, storage });
    const buffer = (this.staging[slot] ??= device.backend.allocate(input));
    device.backend.write(buffer, storage.data);
    return buffer;
  }
}

function ownerOf(storage: Storage): Variable | undefined {
  return storage.kind === "device" ? storage.owner : undefined;
}

/** Throws if the second tracing of a function differs from the first: what differs would stay as it was at the first call. */
function refuseChange({ recording: first, owners }: FirstCall, second: Recording, goals: readonly Goal[]): void {
  if (!sameStructure(first, second)) {
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
            (owners[at] === undefined ? storage === other : owners[at] === ownerOf(other));
    if (same) return;
    const what =
      storage.kind === "number" && other.kind === "number"
        ? `the number ${storage.value} was ${other.value} at the second call`
        : `a tensor ${show(second.slots[at]!.tensor.shape)} from outside was another one at the second call`;
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
