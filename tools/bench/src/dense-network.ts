import { add, matmul, Optimizer, type Tensor, tensor, variable, type Variable } from "@gradloom/core";
import { adam } from "@gradloom/optimizers";
import { type Arrays, type NumberArray, randomNumbers } from "./arrays.ts";

/** First values of dense layers of the given sizes, as `kernel0` [in, out], `bias0` [out], … */
export function denseArrays(sizes: readonly number[]): Arrays {
  const arrays = sizes.slice(1).flatMap((units, at): [string, NumberArray][] => {
    const inner = sizes[at]!;
    const bound = inner ** -0.5;
    return [
      [`kernel${at}`, randomNumbers(10 + at, [inner, units], -bound, bound)],
      [`bias${at}`, randomNumbers(20 + at, [units], -0.01, 0.01)],
    ];
  });
  return Object.fromEntries(arrays);
}

/** An array as a tensor of ours. */
export function tensorOf({ data, shape }: NumberArray): Tensor {
  return tensor(data, { shape });
}

/** Dense layers as variables of ours. */
export class DenseNetwork {
  /** kernel, bias, kernel, bias, … */
  readonly parameters: readonly Variable[];
  private readonly activation: (x: Tensor) => Tensor;

  constructor(arrays: Arrays, layers: number, activation: (x: Tensor) => Tensor) {
    this.parameters = Array.from({ length: layers }, (_, at) => [`kernel${at}`, `bias${at}`])
      .flat()
      .map((name) => variable(tensorOf(arrays[name]!), { name }));
    this.activation = activation;
  }

  /** [batch, in] -> [batch, out], without an activation at the end. */
  call(x: Tensor): Tensor {
    let y = x;
    for (let at = 0; at < this.parameters.length; at += 2) {
      const product = add(matmul(y, this.parameters[at]!.value), this.parameters[at + 1]!.value);
      y = at + 2 < this.parameters.length ? this.activation(product) : product;
    }
    return y;
  }

  adam(learningRate: number): Optimizer {
    return new Optimizer(adam({ learningRate }), this.parameters);
  }
}
