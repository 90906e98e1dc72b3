import { cpu } from "@gradloom/backend-cpu";
import { wasm } from "@gradloom/backend-wasm";
import { type Backend, checkOptions, type Fields, listOf, useBackend } from "@gradloom/core";
import { anyKernelSet, giveKernels, type KernelSet } from "@gradloom/core/backend";

/** What the best backend is given. */
export interface BestBackendOptions {
  /** Kernels of other packages' operations; those for other backends are left. None unless given. */
  readonly kernels?: readonly KernelSet[];
}

const fields: Fields<BestBackendOptions> = { kernels: listOf(anyKernelSet) };

let best: Promise<Backend> | undefined;

/**
 * Sets the best backend that works here as the one where tensors run that belong to none yet, and gives it: the same one at every call.
 * That is wasm where the engine lets WebAssembly run, else cpu. A promise, because better ones may have to be asked for.
 */
export function useBestBackend(options: BestBackendOptions = {}): Promise<Backend> {
  checkOptions("useBestBackend", fields, options);
  best ??= Promise.resolve(bestBackend());
  return best.then((backend) => {
    useBackend(backend);
    giveKernels(options.kernels ?? [], backend);
    return backend;
  });
}

/** WebAssembly may be missing, without SIMD, or forbidden by a content security policy. */
function bestBackend(): Backend {
  try {
    return wasm();
  } catch {
    return cpu();
  }
}
