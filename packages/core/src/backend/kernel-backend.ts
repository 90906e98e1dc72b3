import { GradloomError } from "../errors/gradloom-error.ts";
import type { Buffer } from "../tensor/device.ts";
import { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Backend, Executable } from "./backend.ts";
import { KernelProgram, type KernelOf } from "./kernel-program.ts";
import type { Kernel, Kernels } from "./kernels.ts";
import { SharedArena } from "./shared-arena.ts";

/** A backend as a table: a kernel for every primitive of core, and for any others. */
export interface KernelTable {
  readonly name: string;
  readonly kernels: Kernels;
  /** Kernels by name for further operations: primitives of third parties, and operations with a meaning that it has a better way for. */
  readonly others?: Readonly<Record<string, Kernel<never>>>;
  /** All that the host has, if left out. */
  readonly dtypes?: readonly DType[];
}

interface HostBuffer extends Buffer {
  readonly data: TypedArray;
}

/** Makes a backend of a kernel table: programs are run step by step on the calling thread, groups block by block. */
export function kernelBackend(table: KernelTable): Backend {
  const arena = new SharedArena();
  const { name: backend, kernels, others = {} } = table;
  const all = { ...others, ...kernels } as unknown as Readonly<Record<string, Kernel<object>>>;
  const kernelOf: KernelOf = (name) => {
    const kernel = all[name];
    if (kernel !== undefined) return kernel;
    throw new GradloomError(
      "no-kernel",
      `${name}: backend ${backend} has no kernel for it and it has no meaning to fall back on; give one in kernelBackend({ others })`,
    );
  };
  return {
    name: backend,
    supports: { dtypes: table.dtypes ?? (Object.keys(dtypes) as DType[]), operation: ({ name }) => name in others },
    compile: (program) => executable(new KernelProgram(program, arena, kernelOf)),
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

/** Runs a program on what its slots are filled with. */
function executable(program: KernelProgram): Executable {
  return {
    run(slots) {
      for (let slot = 0; slot < slots.length; slot++) {
        const filled = slots[slot]!;
        if (typeof filled === "number") program.setNumber(slot, filled);
        else program.bind(slot, (filled as HostBuffer).data, 0);
      }
      program.run();
      return program.results.map(({ data, offset, size }) => hostBuffer(data.slice(offset, offset + size)));
    },
  };
}
