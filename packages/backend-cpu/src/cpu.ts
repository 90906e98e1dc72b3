import { checkOptions } from "@gradloom/core";
import { type Backend, kernelBackend } from "@gradloom/core/backend";
import { kernels } from "./kernels.ts";

/**
 * The pure TypeScript backend: every dtype, no WebAssembly, no workers; it runs wherever JavaScript does and is the specification of the
 * others. It has no options.
 */
export function cpu(options: Readonly<Record<string, never>> = {}): Backend {
  checkOptions("cpu", {}, options);
  return kernelBackend({ name: "cpu", kernels });
}
