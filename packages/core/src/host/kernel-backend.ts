import { checkOptions, type Fields, isPlain } from "../errors/options.ts";
import { instanceOf, listOf, required, rule, text } from "../errors/rules.ts";
import type { Buffer, Operation, TensorSpec } from "../tensor/graph.ts";
import { anyDType, type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Backend, Executable } from "../backend/backend.ts";
import { checkWrite } from "../backend/check-write.ts";
import { type KernelSet, kernelSet, KernelSets, setFields } from "../backend/kernel-set.ts";
import type { OperationKernel } from "../program/target.ts";
import { KernelProgram, type KernelOf } from "./kernel-program.ts";
import type { Kernel, Kernels } from "./kernels.ts";
import { noKernel } from "../backend/no-kernel.ts";
import { SharedArena } from "./shared-arena.ts";
import { withRoom } from "../backend/with-room.ts";

/** A backend as a table: a kernel for every primitive of core, and for any other operations. */
export interface KernelTable {
  readonly name: string;
  readonly kernels: Kernels;
  /**
   * Kernels of further operations: primitives of third parties, and operations with a meaning that it has a better way for. Those of other
   * packages come as sets whose target is the name of the table.
   */
  readonly operations?: ReadonlyMap<Operation<never>, Kernel<never>>;
  /** All that the host has, if left out. */
  readonly dtypes?: readonly DType[];
}

const tableFields: Fields<KernelTable> = {
  name: required(text),
  kernels: required(rule("a table of kernels", isPlain)),
  operations: instanceOf<ReadonlyMap<Operation<never>, Kernel<never>>>("a Map", Map),
  dtypes: listOf(anyDType),
};

/** A kernel on views. */
export interface HostKernel extends OperationKernel {
  readonly run: Kernel<never>;
}

/** A set of kernels on views, for backends that `kernelBackend` makes; elementwise operations join groups, and get a block at a time. */
export function hostKernels(options: {
  readonly name: string;
  readonly target: string;
  readonly kernels: ReadonlyMap<Operation<never>, Kernel<never>>;
}): KernelSet<HostKernel> {
  checkOptions("hostKernels", setFields, options as unknown as Parameters<typeof kernelSet>[0]);
  return kernelSet({ ...options, kernels: onViews(options.kernels) });
}

function onViews(kernels: ReadonlyMap<Operation<never>, Kernel<never>>): ReadonlyMap<Operation<never>, HostKernel> {
  const made = new Map<Operation<never>, HostKernel>();
  for (const [operation, run] of kernels)
    made.set(operation, { form: operation.traits.elementwise === true ? "element" : "step", run });
  return made;
}

interface HostBuffer extends Buffer {
  readonly spec: TensorSpec;
  readonly data: TypedArray;
}

/** Makes a backend of a kernel table: programs are run step by step on the calling thread, groups block by block. */
export function kernelBackend(table: KernelTable): Backend {
  checkOptions("kernelBackend", tableFields, table);
  const arena = new SharedArena(table.name);
  const { name: backend, kernels, operations = new Map<Operation<never>, Kernel<never>>() } = table;
  const sets = new KernelSets(backend, onViews(operations));
  const kernelOf: KernelOf = (operation) => {
    const { kernel: row } = operation.traits;
    const kernel = sets.get(operation)?.run ?? (row && kernels[row]);
    if (kernel === undefined) throw noKernel(operation, backend, "a kernel in kernelBackend({ operations })");
    return kernel as Kernel<object>;
  };
  const copyOf = (buffer: Buffer): TypedArray => {
    const { data, spec } = buffer as HostBuffer;
    return withRoom(backend, spec, () => data.slice());
  };
  return {
    name: backend,
    supports: {
      dtypes: table.dtypes ?? (Object.keys(dtypes) as DType[]),
      kernels: backend,
      kernelOf: (operation) => sets.get(operation),
    },
    extend: (set) => sets.add(set),
    compile: (program) => executable(new KernelProgram(program, arena, kernelOf), backend),
    allocate: (spec) =>
      hostBuffer(
        spec,
        withRoom(backend, spec, () => new dtypes[spec.dtype].array(sizeOf(spec.shape))),
      ),
    write: (buffer, data) => {
      const host = buffer as HostBuffer;
      checkWrite(host.spec, data);
      host.data.set(data);
    },
    copy: (buffer) => hostBuffer((buffer as HostBuffer).spec, copyOf(buffer)),
    read: async (buffer) => copyOf(buffer),
    readSync: copyOf,
    dispose: () => undefined,
  };
}

function hostBuffer({ shape, dtype }: TensorSpec, data: TypedArray): HostBuffer {
  return { spec: { shape, dtype }, data, bytes: data.byteLength };
}

/** Runs a program on what its slots are filled with. */
function executable(program: KernelProgram, backend: string): Executable {
  return {
    run(slots) {
      for (let slot = 0; slot < slots.length; slot++) {
        const filled = slots[slot]!;
        if (typeof filled === "number") program.setNumber(slot, filled);
        else program.bind(slot, (filled as HostBuffer).data, 0);
      }
      program.run();
      return program.results.map((view) => {
        const { data, offset, size } = view;
        return hostBuffer(
          view,
          withRoom(backend, view, () => data.slice(offset, offset + size)),
        );
      });
    },
  };
}
