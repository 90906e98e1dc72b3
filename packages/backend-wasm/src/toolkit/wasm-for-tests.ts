import { checkOptions, type Fields, wholeNumber } from "@gradloom/core";
import { bytesOf, type KernelSet, kernelSet, type Region } from "@gradloom/core/backend";
import { byte, i32 } from "../assembler/scalars.ts";
import { kernel, type Kernel } from "../kernels/kernel.ts";
import type { WasmKernel, WasmStepKernel } from "../kernels/wasm-kernel.ts";
import { type Call, callOf, type Own, type Scratch } from "../program/call.ts";
import { openWorkshop } from "../program/workshop.ts";
import { backendOf, type WasmBackend, type WasmOptions } from "../wasm.ts";

const fields: Fields<Pick<WasmOptions, "threads">> = { threads: wholeNumber(1, 64) };

/**
 * A WebAssembly backend that is as unkind to kernels from outside as it may be: so many threads (1 if left out), which are up and share the tasks of
 * every call, however small, and all bytes of outputs and scratch memory are 255 before a kernel runs, which is NaN in floats. For tests.
 */
export async function wasmForTests(options: Pick<WasmOptions, "threads"> = {}): Promise<WasmBackend> {
  checkOptions("wasmForTests", fields, options);
  const { threads = 1 } = options;
  const workshop = openWorkshop({ threads }, { call: 0, body: 0, program: 0, byte: 0 });
  while (workshop.queue?.isReady === false) await new Promise<void>((resolve) => setTimeout(resolve, 1));
  const backend = backendOf(workshop);
  const { extend } = backend;
  const spoilt = new WeakMap<object, KernelSet<WasmKernel>>();
  return Object.assign(backend, {
    extend(set: KernelSet<WasmKernel>): boolean {
      let made = spoilt.get(set);
      if (made === undefined) spoilt.set(set, (made = spoiltSet(set, workshop.library.threads)));
      return extend(made);
    },
  });
}

function spoiltSet(set: KernelSet<WasmKernel>, threads: number): KernelSet<WasmKernel> {
  const kernels = Array.from(
    set.kernels,
    ([operation, one]) => [operation, one.form === "step" ? spoiltKernel(one, threads) : one] as const,
  );
  return kernelSet({ name: set.name, target: set.target, kernels: new Map(kernels) });
}

/** The kernel, before which everything that it may write is spoilt. */
function spoiltKernel(foreign: WasmStepKernel, threads: number): WasmStepKernel {
  return {
    ...foreign,
    calls: (step, scratch) => {
      const written: Region[] = [...step.outputs];
      const noting: Scratch = {
        reserve: (spec) => {
          const region = scratch.reserve(spec);
          written.push(region);
          return region;
        },
        reserveOwn: (bytes) => {
          const own = scratch.reserveOwn(bytes);
          written.push(ofAllThreads(own, threads));
          return own;
        },
      };
      const calls = foreign.calls(step, noting);
      return [...written.map(spoilCall), ...calls];
    },
  };
}

function ofAllThreads({ offset, bytes }: Own, threads: number): Region {
  return { place: { kind: "arena", offset }, shape: [bytes * threads], dtype: "uint8" };
}

/** All bytes of y are 255; a task is a byte */
const spoilKernel: Kernel<"y"> = /*#__PURE__*/ kernel("spoil", ["y"], (code, { y, from, to }) =>
  code.for(from, to, 1, (at) => code.store(byte, i32.add(y, at), 255)),
);

function spoilCall(region: Region): Call {
  return callOf(spoilKernel, { y: region }, bytesOf(region));
}
