import { checkOptions } from "@gradloom/core";
import { type Backend, dtypes, type DType, type KernelSet, rowGroups } from "@gradloom/core/backend";
import { longestRow } from "./groups/group-calls.ts";
import type { WasmKernel } from "./kernels/wasm-kernel.ts";
import { WasmBuffer } from "./memory/wasm-buffer.ts";
import { WasmExecutable } from "./runtime/executable.ts";
import { checkOpen, closeRuntime, openRuntime, type WasmRuntime } from "./runtime/wasm-runtime.ts";
import { wasmFields, type WasmOptions } from "./runtime/wasm-options.ts";

/** Reductions of shorter rows are steps of their own: a group does not pay for so few elements. */
const shortestRow = 8;

/** What kernels from outside must be for. */
const target = "wasm";

/** The backend, and what it uses of the engine. */
export interface WasmBackend extends Backend {
  extend(kernels: KernelSet<WasmKernel>): boolean;
  /** Threads that compute large programs; 1 from when workers failed. */
  readonly threads: number;
  /** Names of the experiments that are in force. */
  readonly experiments: readonly string[];
}

/** The WebAssembly backend: a program becomes one WebAssembly function over SIMD kernels, which are emitted when they are first needed. */
export function wasm(options: WasmOptions = {}): WasmBackend {
  checkOptions("wasm", wasmFields, options);
  const backend = backendOf(openRuntime(options));
  for (const set of options.kernels ?? []) if (set.target === target) backend.extend(set as KernelSet<WasmKernel>);
  return backend;
}

/** The backend whose programs run in a runtime. @internal */
export function backendOf(runtime: WasmRuntime): WasmBackend {
  const own = (buffer: unknown): WasmBuffer => {
    checkOpen(runtime);
    return buffer as WasmBuffer;
  };
  return {
    name: "wasm",
    get threads() {
      return runtime.queue?.threads ?? 1;
    },
    experiments: runtime.experiments,
    supports: {
      dtypes: Object.keys(dtypes) as DType[],
      kernels: target,
      kernelOf: (operation) => runtime.sets.get(operation),
      groups: rowGroups({ shortest: shortestRow, longest: longestRow }),
    },
    extend: (set) => runtime.sets.add(set),
    compile: (program) => new WasmExecutable(program, runtime),
    allocate: (spec) => new WasmBuffer(spec),
    write: (buffer, data) => own(buffer).write(data, runtime),
    copy: (buffer) => own(buffer).copy(runtime),
    read: async (buffer) => {
      const numbers = await own(buffer).read(runtime);
      const due = runtime.reclaimer.due();
      if (due !== undefined) await due;
      return numbers;
    },
    readSync: (buffer) => own(buffer).readSync(runtime),
    drained: () => runtime.queue?.drained(),
    dispose: () => closeRuntime(runtime),
  };
}
