import { noKernel, type Operation, type Primitives } from "@gradloom/core/backend";

/** What a table has for an operation; throws if it has nothing. */
export function findKernel<Entry>(
  table: { readonly [Name in keyof Primitives]?: Entry },
  operation: Pick<Operation, "name" | "traits">,
): Entry {
  const { kernel } = operation.traits;
  const found = kernel && table[kernel];
  if (found === undefined) throw noKernel(operation, "wasm", "run it on kernelBackend({ operations })");
  return found;
}
