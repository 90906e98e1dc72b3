import { GradloomError } from "../errors/gradloom-error.ts";

/** The error for a primitive that a backend has no kernel for; `others` says where it could run. */
export function noKernel(operation: { readonly name: string }, backend: string, others: string): GradloomError {
  // Why: An operation is known by its identity, never by its name, so one that is called like a primitive of core does not run that primitive's
  // kernel. A `primitive(...)` of your own has no meaning besides its kernels. Most operations can be `fused(...)`: made of others, they run
  // everywhere and have gradients.
  return new GradloomError(
    "no-kernel",
    `${operation.name}: backend ${backend} has no kernel for this primitive; give it a meaning with fused(...), or ${others}`,
  );
}
