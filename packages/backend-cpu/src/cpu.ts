import { type Backend, kernelBackend } from "@gradloom/core/backend";
import { kernels } from "./kernels.ts";

/** The pure TypeScript backend: every dtype, no WebAssembly, no workers; it runs wherever JavaScript does and is the specification of the others. */
export const cpu = (): Backend => kernelBackend({ name: "cpu", kernels });
