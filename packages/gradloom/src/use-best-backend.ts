import { cpu } from "@gradloom/backend-cpu";
import { type Backend, useBackend } from "@gradloom/core";

let best: Promise<Backend> | undefined;

/**
 * Sets the best backend that works here as the one where tensors run that belong to none yet, and gives it: the same one at every call.
 * There is one so far, cpu. A promise, because the better ones have to be asked for.
 */
export function useBestBackend(): Promise<Backend> {
  best ??= Promise.resolve(cpu());
  return best.then((backend) => {
    useBackend(backend);
    return backend;
  });
}
