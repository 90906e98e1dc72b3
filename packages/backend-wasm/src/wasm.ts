import { checkOptions, type Fields, flag, listOf, rule, wholeNumber } from "@gradloom/core";
import { anyKernelSet, type Backend, dtypes, type DType, type KernelSet, rowGroups } from "@gradloom/core/backend";
import { longestRow } from "./groups/group-calls.ts";
import type { Experiment } from "./experiments/experiment.ts";
import type { WasmKernel } from "./kernels/wasm-kernel.ts";
import { WasmBuffer } from "./memory/wasm-buffer.ts";
import { WasmExecutable } from "./runtime/executable.ts";
import { checkOpen, closeWorkshop, openWorkshop, type Workshop } from "./runtime/wasm-runtime.ts";

/** Reductions of shorter rows are steps of their own: a group does not pay for so few elements. */
const shortestRow = 8;

/** What kernels from outside must be for. */
const target = "wasm";

/** How the backend uses the engine. */
export interface WasmOptions {
  /**
   * Whether products and polynomials use the multiply-add of relaxed SIMD, which rounds once on most machines; if the engine has it, unless false.
   * The same engine on the same machine gives the same bits.
   */
  readonly relaxed?: boolean;
  /**
   * Threads that compute large programs, which leaves the calling thread free; as many as there are processors, but no more than 8, if left out.
   * One where memory cannot be shared: in a page that is not cross-origin isolated. The bits do not depend on it.
   */
  readonly threads?: number;
  /** Features of the engine that its makers call experimental: `revectorize`, `relaxedSimd`. None unless given. */
  readonly experiments?: readonly Experiment[];
  /** Kernels of other packages' operations, those for other backends among them. None unless given, here or with the plugins. */
  readonly kernels?: readonly KernelSet[];
}

const wasmFields: Fields<WasmOptions> = {
  relaxed: flag,
  threads: wholeNumber(1, 64),
  kernels: listOf(anyKernelSet),
  experiments: listOf(
    rule<Experiment>(
      "an experiment that is imported, such as revectorize of @gradloom/backend-wasm",
      (value) => "begin" in Object(value) || "library" in Object(value),
    ),
  ),
};

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
  const backend = backendOf(openWorkshop(options));
  for (const set of options.kernels ?? []) if (set.target === target) backend.extend(set as KernelSet<WasmKernel>);
  return backend;
}

/** The backend whose programs run in a workshop. @internal */
export function backendOf(workshop: Workshop): WasmBackend {
  const own = (buffer: unknown): WasmBuffer => {
    checkOpen(workshop);
    return buffer as WasmBuffer;
  };
  return {
    name: "wasm",
    get threads() {
      return workshop.queue?.threads ?? 1;
    },
    experiments: workshop.experiments,
    supports: {
      dtypes: Object.keys(dtypes) as DType[],
      kernels: target,
      kernelOf: (operation) => workshop.sets.get(operation),
      groups: rowGroups({ shortest: shortestRow, longest: longestRow }),
    },
    extend: (set) => workshop.sets.add(set),
    compile: (program) => new WasmExecutable(program, workshop),
    allocate: (spec) => new WasmBuffer(spec),
    write: (buffer, data) => own(buffer).write(data, workshop),
    copy: (buffer) => own(buffer).copy(workshop),
    read: async (buffer) => {
      const numbers = await own(buffer).read(workshop);
      const due = workshop.reclaimer.due();
      if (due !== undefined) await due;
      return numbers;
    },
    readSync: (buffer) => own(buffer).readSync(workshop),
    drained: () => workshop.queue?.drained(),
    dispose: () => closeWorkshop(workshop),
  };
}
