import { groupOperation, type Group } from "../program/group.ts";
import type { Program, Region } from "../program/program.ts";
import type { Buffer } from "../tensor/device.ts";
import { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Backend, Executable } from "./backend.ts";
import { GroupRun } from "./group-run.ts";
import { HostView } from "./host-view.ts";
import type { Kernel, Kernels } from "./kernels.ts";

/** A backend as a table: a kernel for every primitive, and for any operations with a meaning that it has a better way for. */
export interface KernelTable {
  readonly name: string;
  readonly kernels: Kernels;
  /** Kernels by the names of operations that have a meaning. */
  readonly fused?: Readonly<Record<string, Kernel<never>>>;
  /** All that the host has, if left out. */
  readonly dtypes?: readonly DType[];
}

interface HostBuffer extends Buffer {
  readonly data: TypedArray;
}

/** One memory for all programs of a backend: nothing in it outlives a run. */
class SharedArena {
  private buffer = new ArrayBuffer(0);
  private arrays = new Map<DType, TypedArray>();

  /** The whole arena as numbers of the dtype. */
  array(dtype: DType): TypedArray {
    let array = this.arrays.get(dtype);
    if (array === undefined) {
      const row = dtypes[dtype];
      array = new row.array(this.buffer, 0, this.buffer.byteLength / row.bytes);
      this.arrays.set(dtype, array);
    }
    return array;
  }

  /** Makes room; what was read from `array` before is stale if it had to grow. */
  reserve(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    this.buffer = new ArrayBuffer(bytes);
    this.arrays = new Map();
  }

  get bytes(): number {
    return this.buffer.byteLength;
  }
}

/** Makes a backend of a kernel table: programs are run step by step on the calling thread, groups block by block. */
export function kernelBackend(table: KernelTable): Backend {
  const arena = new SharedArena();
  const { kernels, fused = {} } = table;
  const kernelOf = (name: string): Kernel<object> =>
    (kernels as unknown as Record<string, Kernel<object>>)[name] ?? (fused[name] as unknown as Kernel<object>);
  return {
    name: table.name,
    supports: { dtypes: table.dtypes ?? (Object.keys(dtypes) as DType[]), operation: ({ name }) => name in fused },
    compile: (program) => new KernelProgram(program, arena, kernelOf),
    allocate: (spec) => hostBuffer(new dtypes[spec.dtype].array(sizeOf(spec.shape))),
    write: (buffer, data) => (buffer as HostBuffer).data.set(data),
    copy: (buffer) => hostBuffer((buffer as HostBuffer).data.slice()),
    read: (buffer) => Promise.resolve((buffer as HostBuffer).data.slice()),
    readSync: (buffer) => (buffer as HostBuffer).data.slice(),
    dispose: () => undefined,
  };
}

function hostBuffer(data: TypedArray): HostBuffer {
  return { data, bytes: data.byteLength };
}

/** One step, ready: a kernel with its views. */
interface Call {
  readonly kernel: Kernel<object>;
  readonly inputs: readonly HostView[];
  readonly outputs: readonly HostView[];
  readonly attributes: object;
}

class KernelProgram implements Executable {
  private readonly program: Program;
  private readonly arena: SharedArena;
  private readonly calls: readonly (Call | GroupRun)[];
  private readonly arenaViews: HostView[] = [];
  private readonly slotViews: HostView[][];
  private readonly numbers: readonly (TypedArray | undefined)[];
  private readonly results: readonly HostView[];
  private boundBytes = -1;

  constructor(program: Program, arena: SharedArena, kernelOf: (name: string) => Kernel<object>) {
    this.program = program;
    this.arena = arena;
    this.slotViews = program.slots.map(() => []);
    this.numbers = program.slots.map(({ kind, dtype }) => (kind === "number" ? new dtypes[dtype].array(1) : undefined));
    this.calls = program.steps.map(({ operation, attributes, inputs, outputs }) => {
      if ((operation as unknown) === groupOperation) {
        return new GroupRun(attributes as Group, inputs, outputs, (region) => this.view(region), kernelOf);
      }
      return {
        kernel: kernelOf(operation.name),
        inputs: inputs.map((region) => this.view(region)),
        outputs: outputs.map((region) => this.view(region)),
        attributes,
      };
    });
    this.results = program.results.filter(({ slot }) => slot === undefined).map(({ region }) => this.view(region));
  }

  run(slots: readonly (Buffer | number)[]): readonly Buffer[] {
    this.bindArena();
    for (let slot = 0; slot < slots.length; slot++) this.bindSlot(slot, slots[slot]!);
    for (const call of this.calls) {
      if (call instanceof GroupRun) call.run();
      else call.kernel(call.inputs, call.outputs, call.attributes);
    }
    return this.results.map((view) => hostBuffer(view.data.slice(view.offset, view.offset + view.size)));
  }

  private view({ place, shape, dtype }: Region): HostView {
    if (place.kind === "constant") return new HostView(new dtypes[dtype].array([place.value]), 0, shape, dtype);
    const none = new dtypes[dtype].array(0);
    if (place.kind === "arena") {
      const view = new HostView(none, place.offset / dtypes[dtype].bytes, shape, dtype);
      this.arenaViews.push(view);
      return view;
    }
    const view = new HostView(this.numbers[place.slot] ?? none, 0, shape, dtype);
    this.slotViews[place.slot]!.push(view);
    return view;
  }

  private bindArena(): void {
    this.arena.reserve(this.program.arenaBytes);
    if (this.boundBytes === this.arena.bytes) return;
    this.boundBytes = this.arena.bytes;
    for (const view of this.arenaViews) view.data = this.arena.array(view.dtype);
  }

  private bindSlot(slot: number, filled: Buffer | number): void {
    if (typeof filled === "number") {
      this.numbers[slot]![0] = filled;
      return;
    }
    const { data } = filled as HostBuffer;
    for (const view of this.slotViews[slot]!) view.data = data;
  }
}
