import { type Fields, flag, listOf, rule, wholeNumber } from "@gradloom/core";
import { anyKernelSet, type KernelSet } from "@gradloom/core/backend";
import type { Experiment } from "../experiments/experiment.ts";

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

/** What its options must be. */
export const wasmFields: Fields<WasmOptions> = {
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
