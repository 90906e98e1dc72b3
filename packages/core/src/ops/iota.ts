import { checkShape } from "../tensor/shape.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply } from "./apply.ts";
import { corePrimitive } from "./core-primitive.ts";
import { ensureMethods } from "./methods.ts";

const iotaOperation: Operation<Primitives["iota"]> = /*#__PURE__*/ corePrimitive("iota", {
  infer: (_, { count }) => [{ shape: [count], dtype: "int32" }],
  grad: () => [],
});

/** 0, 1, 2, ... up to before `count`, int32 [count]. */
export function iota(count: number): Tensor {
  checkShape("iota", [count]);
  ensureMethods();
  return apply(iotaOperation, [], { count });
}
