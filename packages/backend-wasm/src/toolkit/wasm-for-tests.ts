import { checkOptions, type Fields, wholeNumber } from "@gradloom/core";
import { bytesOf, type TensorSpec, type KernelSet, kernelSet, type Region } from "@gradloom/core/backend";
import { byte, i32, select } from "../assembler/scalars.ts";
import { kernel, type Kernel } from "../kernels/kernel.ts";
import type { WasmKernel, WasmStepKernel } from "../kernels/wasm-kernel.ts";
import { type Call, callOf, type Own, type Scratch } from "../kernels/call.ts";
import { openRuntime } from "../runtime/wasm-runtime.ts";
import type { WasmOptions } from "../runtime/wasm-options.ts";
import { backendOf, type WasmBackend } from "../wasm.ts";

const fields: Fields<Pick<WasmOptions, "threads">> = { threads: wholeNumber(1, 64) };

/**
 * A WebAssembly backend that is as unkind to kernels from outside as it may be: `threads` threads (1 if left out), which are up and share the tasks of
 * every call, however small; all bytes of outputs and scratch memory are 255 before a kernel runs, which is NaN in floats; and so are those of an output
 * that it wrote next to. For tests.
 */
export async function wasmForTests(options: Pick<WasmOptions, "threads"> = {}): Promise<WasmBackend> {
  checkOptions("wasmForTests", fields, options);
  const { threads = 1 } = options;
  const runtime = openRuntime({ threads }, { call: 0, body: 0, program: 0, byte: 0 });
  while (runtime.queue?.isReady === false) await new Promise<void>((resolve) => setTimeout(resolve, 1));
  const backend = backendOf(runtime);
  const { extend } = backend;
  const spoilt = new WeakMap<object, KernelSet<WasmKernel>>();
  return Object.assign(backend, {
    extend(set: KernelSet<WasmKernel>): boolean {
      let made = spoilt.get(set);
      if (made === undefined) spoilt.set(set, (made = spoiltSet(set, runtime.library.threads)));
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

/** The kernel, before which everything that it may write is spoilt, and whose outputs have guards around them. */
function spoiltKernel(foreign: WasmStepKernel, threads: number): WasmStepKernel {
  return {
    ...foreign,
    calls: (step, scratch) => {
      const written: Region[] = [];
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
      const outputs = step.outputs.map((output) => noting.reserve(withGuards(output)));
      const calls = foreign.calls(
        { ...step, outputs: outputs.map((whole, at) => within(whole, step.outputs[at]!)) },
        noting,
      );
      const copies = outputs.map((whole, at) => copyCall(whole, step.outputs[at]!));
      return [...written.map(spoilCall), ...calls, ...copies];
    },
  };
}

function ofAllThreads({ offset, bytes }: Own, threads: number): Region {
  return { place: { kind: "arena", offset }, shape: [bytes * threads], dtype: "uint8" };
}

/** Bytes before and after an output that nobody may write. */
const guard = 64;

function withGuards(output: Region): TensorSpec {
  return { shape: [bytesOf(output) + 2 * guard], dtype: "uint8" };
}

/** What is between the guards. */
function within({ place }: Region, { shape, dtype }: Region): Region {
  return { place: { kind: "arena", offset: (place as { readonly offset: number }).offset + guard }, shape, dtype };
}

/** y = x between its guards; all 255 if a guard is not. A task is a byte */
const guardedCopyKernel: Kernel<"x" | "y" | "bytes"> = /*#__PURE__*/ kernel(
  "guarded copy",
  ["x", "y", "bytes"],
  (code, { x, y, bytes, from, to }) => {
    const damage = code.let(i32.constant(0));
    const start = code.let(i32.add(x, guard));
    for (const begin of [x, code.let(i32.add(start, bytes))])
      code.for(0, guard, 1, (at) => code.set(damage, i32.or(damage, i32.xor(i32.load8(i32.add(begin, at)), 255))));
    code.for(from, to, 1, (at) =>
      code.store(byte, i32.add(y, at), select(damage, i32.constant(255), i32.load8(i32.add(start, at)))),
    );
  },
);

function copyCall(whole: Region, output: Region): Call {
  const bytes = bytesOf(output);
  return callOf(guardedCopyKernel, { x: whole, y: output, bytes }, bytes);
}

/** All bytes of y are 255; a task is a byte */
const spoilKernel: Kernel<"y"> = /*#__PURE__*/ kernel("spoil", ["y"], (code, { y, from, to }) =>
  code.for(from, to, 1, (at) => code.store(byte, i32.add(y, at), 255)),
);

function spoilCall(region: Region): Call {
  return callOf(spoilKernel, { y: region }, bytesOf(region));
}
