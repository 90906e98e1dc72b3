import type { Device, Node, Operation, Scope, Tensor } from "./graph.ts";
import { primitive } from "./operation.ts";

let nodes = 0;
const noInputs: readonly Tensor[] = [];

/** The attributes of an operation without any. */
export const none: Readonly<Record<never, never>> = {};

/** An application of an operation, before it has outputs. */
export function newNode(
  operation: Operation,
  inputs: readonly Tensor[],
  attributes: object,
  device: Device | undefined,
  scope?: Scope,
): Node {
  return {
    id: ++nodes,
    operation,
    attributes,
    inputs,
    outputs: [],
    device,
    scope,
    consumed: false,
    backward: undefined,
    stamp: 0,
    place: 0,
  };
}

/** The id of the newest node; nodes made later have larger ones. */
export function newestNode(): number {
  return nodes;
}

const leafOperation: Operation = /*#__PURE__*/ primitive({ name: "leaf", infer: () => [], grad: () => [] });

/** The node of a leaf. */
export function leafNode(device?: Device, scope?: Scope): Node {
  return newNode(leafOperation, noInputs, none, device, scope);
}

const readOperation: Operation = /*#__PURE__*/ primitive({
  name: "read",
  infer: ([x]) => [x!],
  grad: () => [null],
  traits: { alias: true, constant: true },
});

/** The value that a variable is given, as everyone reads it: the same numbers without their history. */
export function readNode(value: Tensor, device: Device | undefined): Node {
  return newNode(readOperation, [value], none, device, value.node.scope);
}
