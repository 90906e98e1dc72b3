import { type HostKernel, hostKernels, type Kernel, type KernelSet } from "@gradloom/core/backend";
import { roots } from "./index.ts";

/** y = ∛x on the calling thread. */
export const hostRoot: Kernel<object> = ([x], [y]) => {
  for (let at = 0; at < y!.size; at++) y!.data[y!.offset + at] = Math.cbrt(x!.data[x!.offset + at]!);
};

/** The kernels of this package for the cpu backend. */
export const rootKernelsOfCpu: KernelSet<HostKernel> = /*#__PURE__*/ hostKernels({
  name: "@acme/roots/cpu",
  target: "cpu",
  kernels: /*#__PURE__*/ new Map([[roots, hostRoot]]),
});
