import { type Operation, primitive } from "../tensor/operation.ts";
import type { None } from "./primitives.ts";

/** The same numbers in a place of their own; programs put it where a value must not share memory. */
export const copyOperation: Operation<None> = /*#__PURE__*/ primitive<None>({
  name: "copy",
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy] }) => [() => dy!],
  traits: { elementwise: true },
});
