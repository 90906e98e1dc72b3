import { showValue } from "../errors/show-value.ts";
import { isForeign, twoCores } from "../errors/two-cores.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { notePending } from "../tensor/commit.ts";
import { openFrame } from "../tensor/frame.ts";
import type { Device, Operation, Scope } from "../tensor/graph.ts";
import { otherName } from "../tensor/other-name.ts";
import { newNode, none } from "../tensor/node.ts";
import { Tensor } from "../tensor/tensor.ts";
import { refuseLeaked } from "../tensor/refuse-leaked.ts";
import type { Variable } from "../tensor/variable.ts";

export { none };

/** The one door: checks shapes and dtypes at the caller's line and records a node. All outputs of the operation. */
export function applyAll<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  for (let input = 0; input < inputs.length; input++) checkTensor(operation.name, inputs[input]);
  const specs = operation.infer(inputs, attributes);
  const node = newNode(operation as unknown as Operation, inputs, attributes, deviceOf(operation, inputs));
  node.scope = scopeOf(operation, inputs);
  for (let output = 0; output < specs.length; output++) new Tensor(node, specs[output]!);
  if (openFrame().parent === undefined)
    for (let input = 0; input < inputs.length; input++) inputs[input]!.node.consumed = true;
  notePending(node);
  return node.outputs;
}

/** Throws for what types forbid and JavaScript lets pass: a variable without `.value`, an array, a string. */
export function checkTensor(name: string, x: unknown): void {
  if (x instanceof Tensor) return;
  if (isForeign(x)) throw twoCores(`${name}: a tensor`);
  // A variable is told by what it has, so that its class is no part of programs without variables.
  const { name: variable, current } = Object(x) as Partial<Variable>;
  const [what, advice] =
    current instanceof Tensor
      ? [`variable ${variable}`, "use its .value"]
      : [showValue(x), "make one with tensor(...)"];
  throw new GradloomError("no-tensor", `${name}: ${what} is no tensor; ${advice}`);
}

/** Throws unless a function is given. */
export function checkFunction(name: string, given: unknown): void {
  if (typeof given === "function") return;
  throw new GradloomError("no-function", `${name}: ${showValue(given)} is no function; give one that builds tensors`);
}

/** The same for a list of tensors. */
export function checkTensors(name: string, tensors: readonly unknown[]): void {
  if (!Array.isArray(tensors))
    throw new GradloomError("no-tensor", `${name}: ${showValue(tensors)} is no list of tensors; give one, e.g. [a, b]`);
  for (let at = 0; at < tensors.length; at++) checkTensor(name, tensors[at]);
}

/** The one output of an operation that has one. */
export function apply<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor {
  return applyAll(operation, inputs, attributes)[0]!;
}

/** The innermost traced function that the inputs belong to. */
function scopeOf(operation: { readonly name: string }, inputs: readonly Tensor[]): Scope | undefined {
  let innermost: Scope | undefined;
  for (let input = 0; input < inputs.length; input++) {
    const { scope } = inputs[input]!.node;
    if (scope === undefined) continue;
    if (!scope.isOpen) refuseLeaked(operation.name, inputs[input]!, openFrame().scope);
    if (innermost === undefined || scope.depth > innermost.depth) innermost = scope;
  }
  return innermost;
}

/** The device where the inputs live; two different ones cannot meet. */
function deviceOf(operation: { readonly name: string }, inputs: readonly Tensor[]): Device | undefined {
  let device: Device | undefined;
  for (let input = 0; input < inputs.length; input++) {
    const other = inputs[input]!.node.device;
    if (other === undefined || other === device) continue;
    if (device !== undefined) {
      throw new GradloomError(
        "two-backends",
        `${operation.name}: one input lives on backend ${device.name}, the other on ${otherName(other, device)}; copy one with await to(tensor, backend)`,
      );
    }
    device = other;
  }
  return device;
}
