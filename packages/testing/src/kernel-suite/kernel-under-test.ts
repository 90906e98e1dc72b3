import { type Backend, type KernelSet, kernelSet, type Operation, type OperationKernel } from "@gradloom/core/backend";

/** A backend with the kernels under test, which tells what it took. */
export interface BackendWithKernels {
  readonly backend: Backend;
  /** Whether a kernel of the operation was taken. */
  took(operation: Operation<never>): boolean;
}

/** Gives a backend the sets that are for it. */
export async function withKernels(
  makeBackend: () => Backend | Promise<Backend>,
  sets: readonly KernelSet[],
): Promise<BackendWithKernels> {
  const backend = await makeBackend();
  const taken = new Set<Operation<never>>();
  for (const { name, target, kernels } of sets) {
    if (target !== backend.supports.kernels) continue;
    const noting = Array.from(
      kernels,
      ([operation, kernel]) => [operation, noted(kernel, () => taken.add(operation))] as const,
    );
    backend.extend?.(kernelSet({ name, target, kernels: new Map(noting) }) as KernelSet<never>);
  }
  return { backend, took: (operation) => taken.has(operation) };
}

/** The kernel, which tells when it accepts a step. */
function noted(kernel: OperationKernel, note: () => void): OperationKernel {
  return {
    ...kernel,
    accepts: (inputs, attributes) => {
      const answer = kernel.accepts?.(inputs, attributes) ?? true;
      if (answer === true) note();
      return answer;
    },
  };
}
