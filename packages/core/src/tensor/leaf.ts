import type { Device, Scope, Storage, TensorSpec } from "./graph.ts";
import { leafNode } from "./node.ts";
import { Tensor } from "./tensor.ts";

/** A tensor whose numbers are known or come from outside. */
export function leaf(storage: Storage, spec: TensorSpec, device?: Device, scope?: Scope): Tensor {
  const tensor = new Tensor(leafNode(device, scope), spec);
  tensor.storage = storage;
  return tensor;
}
