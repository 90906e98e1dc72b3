import type { Operation } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import { corePrimitive } from "./core-primitive.ts";

/** The same numbers in a place of their own; programs put it where a value must not share memory. */
export const copyOperation: Operation<None> = /*#__PURE__*/ corePrimitive("copy", {
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy] }) => [() => dy!],
  traits: { elementwise: true },
});
