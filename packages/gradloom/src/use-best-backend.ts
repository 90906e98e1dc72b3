import { cpu } from "@gradloom/backend-cpu";
import { wasm } from "@gradloom/backend-wasm";
import { type Backend, useBackend } from "@gradloom/core";

let best: Promise<Backend> | undefined;

/**
 * Sets the best backend that works here as the one where tensors run that belong to none yet, and gives it: the same one at every call.
 * That is wasm where the engine lets WebAssembly run, else cpu. A promise, because better ones may have to be asked for.
 */
export function useBestBackend(): Promise<Backend> {
  best ??= Promise.resolve(bestBackend());
  return best.then((backend) => {
    useBackend(backend);
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
