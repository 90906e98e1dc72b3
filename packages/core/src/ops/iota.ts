import { checkShape } from "../tensor/shape.ts";
import type { Operation } from "../tensor/operation.ts";
import type { Primitives } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { applyAll } from "./apply.ts";
import { corePrimitive } from "./core-primitive.ts";
import { newLeaf } from "./creation.ts";

const iotaOperation: Operation<Primitives["iota"]> = /*#__PURE__*/ corePrimitive("iota", {
  infer: (_, { count }) => [{ shape: [count], dtype: "int32" }],
  grad: () => [],
});

/** 0, 1, 2, ... up to before `count`, int32 [count]. */
export function iota(count: number): Tensor {
  checkShape("iota", [count]);
  const kind = newLeaf({ kind: "number", value: 0 }, { shape: [], dtype: "int32" });
  return applyAll(iotaOperation, [], { count }, kind)[0]!;
}
