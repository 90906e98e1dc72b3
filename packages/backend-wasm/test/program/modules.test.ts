import { wasm } from "@gradloom/backend-wasm";
import { compile, cumsum, tensor } from "@gradloom/core";
import { type Backend, type Program, type Region, type Step } from "@gradloom/core/backend";
import { functionCases } from "@gradloom/testing";
import { sample } from "fast-check";
import { describe, expect, test } from "vitest";
import { ModuleBuilder, type ModuleOptions } from "../../src/assembler/module-builder.ts";
import { detectEngine } from "../../src/engine.ts";
import type { Kernel } from "../../src/kernels/kernel.ts";
import { Constants } from "../../src/program/constants.ts";
import { WasmKernelSets } from "../../src/kernels/wasm-kernel.ts";
import { lowerProgram } from "../../src/program/lower-program.ts";
import { writeProgram } from "../../src/program/write-program.ts";

const variants: readonly ModuleOptions[] = [
  { memory: { shared: false }, relaxed: false },
  { memory: { shared: true, maximum: 65_536 }, relaxed: false },
  { memory: { shared: true, maximum: 65_536 }, relaxed: true },
  { memory: { shared: true, maximum: 65_536 }, relaxed: false, wide: true },
];

/** Whether the engine knows relaxed SIMD; modules that use it cannot be checked elsewhere. */
const { relaxed } = detectEngine();

/** The module of a program with all its kernels. */
function write(options: ModuleOptions, program: Program): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(options);
  const known = new Map<string, ReturnType<Kernel["define"]>>();
  const importKernel = (kernel: Kernel): ReturnType<Kernel["define"]> => {
    const callable = known.get(kernel.name) ?? kernel.define(module);
    known.set(kernel.name, callable);
    return callable;
  };
  const threads = options.memory.shared ? 3 : 1;
  const lowered = lowerProgram(program, threads, new WasmKernelSets("wasm"));
  const constants = new Constants(lowered, 0);
  const thresholds = { call: 0, body: 0, program: 0, byte: 0 };
  module.export("step", writeProgram({ module, importKernel, constants, threads, thresholds }, lowered).step);
  return new Uint8Array(module.bytes());
}

describe("every emitted module is valid, also for shared memory and relaxed SIMD", () => {
  const real = wasm();
  const programs: Program[] = [];
  const backend: Backend = {
    ...real,
    compile(program) {
      programs.push(program);
      return real.compile(program);
    },
  };
  for (const [name, makeRow] of Object.entries(functionCases)) {
    test(name, () => {
      const row = makeRow();
      for (const dtype of row.dtypes) {
        for (const setting of sample(row.settings, { numRuns: 3, seed: 1 })) {
          const { inputs, call } = row.at(setting);
          const tensors = inputs.map(({ shape, dtype: own = "float" }) => {
            const size = shape.reduce((product, length) => product * length, 1);
            return tensor(new Float64Array(size), { shape, dtype: own === "float" ? dtype : own });
          });
          compile((...given) => call(given), { backend })(...tensors);
        }
      }
      for (const program of programs.splice(0))
        for (const options of variants)
          if (!options.relaxed || relaxed) expect(WebAssembly.validate(write(options, program))).toBe(true);
    });
  }
});

test("programs of more divided work than a function may have variables for are valid", () => {
  const region = (offset: number): Region => ({ place: { kind: "arena", offset }, shape: [4, 2, 1], dtype: "float32" });
  const { operation, attributes } = cumsum(tensor([1])).node.inputs[0]!.node;
  const step: Step = { operation, attributes, inputs: [region(0)], outputs: [region(32)] };
  const program: Program = { slots: [], steps: new Array<Step>(20_000).fill(step), results: [], arenaBytes: 64 };
  expect(WebAssembly.validate(write(variants[1]!, program))).toBe(true);
});
