import { showValue } from "../errors/show-value.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { buildProgram } from "../program/build-program.ts";
import { usesOf } from "../program/dtype-uses.ts";
import { ProgramCache } from "./program-cache.ts";
import { type Bake, record, type Slot } from "../tensor/recording.ts";
import { newLeaf } from "../ops/creation.ts";
import { readWhileTracing } from "../tensor/commit.ts";
import { findDefaultDevice, setDefaultDevice } from "../tensor/default-device.ts";
import type { Buffer, Device, Goal, Operation, TensorSpec, DeviceStorage } from "../tensor/graph.ts";
import { otherName } from "../tensor/other-name.ts";
import type { DType, TypedArray } from "../tensor/dtype.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Backend, Executable } from "../backend/backend.ts";
import type { KernelSet } from "../backend/kernel-set.ts";

/** A backend at work: builds programs, remembers them, fills their slots. */
export class BackendDevice implements Device {
  readonly backend: Backend;
  /** How often it was given kernels: what was built before is built anew. */
  generation = 0;
  private cache = new ProgramCache<Executable>();
  /** Operations whose missing kernels were warned of. */
  private readonly warned = new Set<Operation>();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  get name(): string {
    return this.backend.name;
  }

  /** Gives the backend the kernels that are for it. */
  extend(sets: readonly KernelSet[]): void {
    const { backend } = this;
    for (const set of sets) {
      if (set.target !== backend.supports.kernels || backend.extend?.(set as KernelSet<never>) !== true) continue;
      this.generation++;
      this.cache = new ProgramCache();
    }
  }

  evaluate(goals: readonly Goal[]): void {
    this.settle(goals);
    const { executable, slots } = this.prepare(goals);
    const filled = slots.map((slot) => this.fill(slot));
    const kept = this.run(executable, filled, goals);
    let next = 0;
    for (const { tensor, variable, seen = false } of goals) {
      if (variable === undefined) tensor.storage = this.storageOf(kept[next++]!);
      else committed(variable, seen);
      tensor.node.device = this;
    }
  }

  /** Runs a program that puts values into variables; if it fails, they are what they were. */
  private run(executable: Executable, filled: readonly (Buffer | number)[], goals: readonly Goal[]): readonly Buffer[] {
    const undo: (() => void)[] = [];
    try {
      for (const { variable } of goals) if (variable?.storage!.escaped) undo.push(this.setAside(variable));
      return executable.run(filled);
    } catch (error) {
      undo.forEach((takeBack) => takeBack());
      throw error;
    }
  }

  /** The program for the goals, and what its slots are. */
  prepare(
    goals: readonly Goal[],
    bake: Bake = "some",
  ): { readonly executable: Executable; readonly slots: readonly Slot[] } {
    const recording = record(goals, bake);
    const { slots } = recording;
    const executable = this.cache.get(recording, () => this.build(goals, slots));
    return { executable, slots };
  }

  private build(goals: readonly Goal[], slots: readonly Slot[]): Executable {
    const { supports } = this.backend;
    const program = buildProgram(goals, slots, supports, (operation, refusal) => this.warn(operation, refusal));
    for (const { name, dtype } of usesOf(program))
      if (!supports.dtypes.includes(dtype)) throw this.unsupported(name, dtype);
    return this.backend.compile(program);
  }

  /** Warns, once for each operation, where a meaning is computed as kernels are missing that somebody has. */
  private warn(operation: Operation, refusal: string | undefined): void {
    const from = operation.traits.kernels?.[this.backend.supports.kernels ?? ""];
    if (from === undefined || refusal !== undefined || this.warned.has(operation)) return;
    this.warned.add(operation);
    console.warn(
      `${operation.name}: backend ${this.name} computes it by its meaning, which is slower; give the backend or the plugins the kernels of ${from}`,
    );
  }

  private unsupported(name: string, dtype: DType): GradloomError {
    const { dtypes } = this.backend.supports;
    // Why: Backends need not have every dtype: devices often lack float64. The name before the colon is the operation that asks for it.
    return new GradloomError(
      "backend-dtype",
      `${name}: backend ${this.name} has no ${dtype}; it has ${dtypes.join(", ")}, cast to one of them`,
    );
  }

  /** Gives variables without memory their own. */
  settle(goals: readonly Goal[]): void {
    for (const { variable } of goals)
      if (variable !== undefined && variable.storage === undefined) {
        variable.device = this;
        variable.storage = this.storageOf(this.backend.allocate(variable), variable);
      }
  }

  /** Before its memory takes the next value: whoever holds the old one keeps it. Gives what takes that back. */
  private setAside(variable: Variable): () => void {
    const storage = variable.storage!;
    const { buffer } = storage;
    storage.buffer = this.backend.copy(buffer);
    storage.owner = undefined;
    variable.storage = this.storageOf(buffer, variable);
    return () => {
      storage.buffer = buffer;
      storage.owner = variable;
      variable.storage = storage;
    };
  }

  renew(variable: Variable): void {
    if (!variable.storage!.escaped) return;
    this.setAside(variable);
    variable.current = newLeaf(variable.storage!, variable, this);
    variable.escaped = false;
  }

  /** What a slot is filled with. */
  fill({ tensor, storage }: Slot): Buffer | number {
    if (storage.kind === "device") return this.own(storage, tensor);
    if (storage.kind === "number") return storage.value;
    if (storage.kind === "parameter") throw readWhileTracing();
    if (storage.device !== this) {
      storage.buffer = this.upload(storage.data, tensor);
      storage.device = this;
    }
    return storage.buffer!;
  }

  private own({ device, buffer }: DeviceStorage, { shape }: TensorSpec): Buffer {
    if (device === this) return buffer;
    // Why: A value lives in the memory of the backend that computed it. That happens where `wasm()` or `cpu()` was called twice, or a
    // Trainer has another backend than `useBackend(...)`. Make one backend and pass it everywhere; `await to(tensor, backend)` copies what
    // must cross over. `to` reads numbers, so it gives a promise.
    throw new GradloomError(
      "two-backends",
      `a tensor ${show(shape)} that was computed on backend ${device.name} is needed on ${otherName(this, device)}; copy it with await to(tensor, backend)`,
    );
  }

  upload(data: TypedArray, spec: TensorSpec): Buffer {
    const buffer = this.backend.allocate(spec);
    this.backend.write(buffer, data);
    return buffer;
  }

  storageOf(buffer: Buffer, owner?: Variable): DeviceStorage {
    return { kind: "device", device: this, buffer, owner, escaped: false };
  }

  read(buffer: Buffer): Promise<TypedArray> {
    return this.backend.read(buffer);
  }

  drained(): Promise<void> | undefined {
    return this.backend.drained?.();
  }

  readSync(buffer: Buffer): TypedArray {
    if (this.backend.readSync !== undefined) return this.backend.readSync(buffer);
    throw new GradloomError("read-sync", `dataSync: backend ${this.name} cannot wait for numbers; use await data()`);
  }
}

/** The value that a variable was given is in its memory now. */
function committed(variable: Variable, seen: boolean): void {
  const { current, storage } = variable;
  const [assigned] = current.node.inputs;
  current.storage = storage;
  current.node.inputs = [];
  storage!.escaped ||= variable.escaped;
  if (!seen || assigned === undefined || assigned.storage !== undefined) return;
  assigned.storage = storage;
  storage!.escaped = true;
}

const devices = new WeakMap<Backend, BackendDevice>();

/** The one device of a backend. */
export function deviceOf(backend: Backend): BackendDevice {
  if (typeof backend?.compile !== "function") {
    throw new GradloomError(
      "backend-value",
      `backend: ${showValue(backend)} is no backend; give one, e.g. cpu() of @gradloom/backend-cpu`,
    );
  }
  let device = devices.get(backend);
  if (device === undefined) devices.set(backend, (device = new BackendDevice(backend)));
  return device;
}

/** Gives kernels to a backend; to the default one, if it is known, where none is given. */
export function giveKernels(sets: readonly KernelSet[], backend: Backend | undefined): void {
  const device = backend === undefined ? findDefaultDevice() : deviceOf(backend);
  (device as BackendDevice | undefined)?.extend(sets);
}

/** Sets where tensors run that belong to no backend yet. The Trainer and models that are given a backend do not need it. */
export function useBackend(backend: Backend): void {
  setDefaultDevice(deviceOf(backend));
}
