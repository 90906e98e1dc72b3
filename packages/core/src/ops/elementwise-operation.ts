import type { InputGradients, Operand, Operation, Traits } from "../tensor/graph.ts";
import { corePrimitive, fused } from "../tensor/operation.ts";
import type { None, Primitives } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, none } from "./apply.ts";
import { sumTo } from "./axes.ts";
import { floatPair, stretched, toFloat } from "./operands.ts";

/** The primitives without attributes. */
type Plain = { [Name in keyof Primitives]: None extends Primitives[Name] ? Name : never }[keyof Primitives];

/** dy times the derivative of a function of one number, in terms of x and y; null where no gradient flows. */
type Slope = ((dy: Tensor, x: Tensor, y: Tensor) => Tensor) | null;

/** The same for each of two operands, before it is summed back to the operand's shape. */
type Slopes = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [() => Tensor, () => Tensor];

type Rule = Required<Pick<Operation<None>, "infer" | "grad">> & { readonly traits: Omit<Traits, "kernel"> };

function unary(slope: Slope): Rule {
  return {
    infer: ([x]) => [x!],
    grad: ({ inputs: [x], outputs: [y], incoming: [dy] }) => [slope === null ? null : () => slope(dy!, x!, y!)],
    traits: { elementwise: true },
  };
}

function binary(name: string, slopes: Slopes, traits?: Traits): Rule {
  return {
    infer: (inputs) => [{ shape: stretched(name, inputs), dtype: inputs[0]!.dtype }],
    grad: ({ inputs: [a, b], outputs: [y], incoming: [dy] }): InputGradients => {
      const [one, other] = slopes(dy!, a!, b!, y!);
      return [() => sumTo(one(), a!.shape), () => sumTo(other(), b!.shape)];
    },
    traits: { elementwise: true, ...traits },
  };
}

/** A primitive that is a function of one number, applied to each. */
export function unaryPrimitive(name: Plain, slope: Slope): Operation<None> {
  return corePrimitive(name, unary(slope));
}

/** A primitive that is a function of two numbers, applied to each stretched pair. */
export function binaryPrimitive(name: Plain, slopes: Slopes, traits?: Traits): Operation<None> {
  return corePrimitive(name, binary(name, slopes, traits));
}

/** A function of one number with a meaning in other operations. */
export function unaryFused(name: string, meaning: (x: Tensor) => Tensor, slope: Slope): Operation<None> {
  return fused<None>({ name, ...unary(slope), compose: ([x]) => [meaning(x!)] });
}

/** A function of two numbers of one dtype with a meaning in other operations. */
export function binaryFused(name: string, meaning: (a: Tensor, b: Tensor) => Tensor, slopes: Slopes): Operation<None> {
  return fused<None>({ name, ...binary(name, slopes), compose: ([a, b]) => [meaning(a!, b!)] });
}

/** The operation on x as a float. */
export function onFloat(operation: Operation<None>, x: Tensor): Tensor {
  return apply(operation, [toFloat(operation.name, x)], none);
}

/** The operation on both operands as floats of one dtype. */
export function onFloats(operation: Operation<None>, a: Operand, b: Operand): Tensor {
  return apply(operation, floatPair(operation.name, a, b), none);
}
