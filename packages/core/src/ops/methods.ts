import type { TensorMethods } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import { reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { add, div, equal, greater, greaterEqual, less, lessEqual, mul, neg, pow, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { slice, transpose } from "./movement.ts";
import { max, mean } from "./reduce.ts";

const functions: {
  readonly [Name in keyof TensorMethods]: (x: Tensor, ...rest: Parameters<TensorMethods[Name]>) => Tensor;
} = {
  add,
  sub,
  mul,
  div,
  pow,
  neg,
  equal,
  less,
  lessEqual,
  greater,
  greaterEqual,
  sum,
  mean,
  max,
  reshape,
  transpose,
  matmul,
  slice,
  cast,
};

/**
 * Gives tensors their methods, which stand above the class as they build on it. Whatever makes tensors of no others asks for them first; an
 * import alone changes nothing.
 */
export function ensureMethods(): void {
  if ("add" in Tensor.prototype) return;
  for (const [name, call] of Object.entries<(x: Tensor, ...rest: readonly never[]) => Tensor>(functions)) {
    const value = function (this: Tensor, ...rest: readonly never[]): Tensor {
      return call(this, ...rest);
    };
    Object.defineProperty(Tensor.prototype, name, { value });
  }
}
