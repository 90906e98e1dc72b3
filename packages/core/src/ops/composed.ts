import { fused } from "../tensor/operation.ts";
import type { Operation, Traits, Operand } from "../tensor/graph.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, none } from "./apply.ts";
import { sumTo } from "./axes.ts";

import { floatPair, stretched, toFloat } from "./operands.ts";

const elementwise: Traits = { elementwise: true };

/** An elementwise function with a meaning in other operations; `slope` is dy times its derivative, null where no gradient flows. */
export function composedUnary(
  name: string,
  meaning: (x: Tensor) => Tensor,
  slope: ((dy: Tensor, x: Tensor, y: Tensor) => Tensor) | null,
): Operation<None> {
  return fused<None>({
    name,
    infer: ([x]) => [x!],
    compose: ([x]) => [meaning(x!)],
    grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [slope === null ? null : () => slope(dy!, x!, y!)],
    traits: elementwise,
  });
}

/** The same of two operands of one dtype, which are stretched to one shape; `slopes` gives one entry for each. */
export function composedBinary(
  name: string,
  meaning: (a: Tensor, b: Tensor) => Tensor,
  slopes: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [() => Tensor, () => Tensor],
): Operation<None> {
  return fused<None>({
    name,
    infer: (inputs) => [{ shape: stretched(name, inputs), dtype: inputs[0]!.dtype }],
    compose: ([a, b]) => [meaning(a!, b!)],
    grad: ({ inputs: [a, b], outputs: [y], incoming: [dy] }) => {
      const [one, other] = slopes(dy!, a!, b!, y!);
      return [() => sumTo(one(), a!.shape), () => sumTo(other(), b!.shape)];
    },
    traits: elementwise,
  });
}

/** The operation on x as a float. */
export function onFloat(operation: Operation<None>, x: Tensor): Tensor {
  return apply(operation, [toFloat(operation.name, x)], none);
}

/** The operation on both operands as floats of one dtype. */
export function onFloats(operation: Operation<None>, a: Operand, b: Operand): Tensor {
  return apply(operation, floatPair(operation.name, a, b), none);
}
