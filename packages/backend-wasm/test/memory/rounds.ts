import { add, compile, matmul, mul, sum, type Tensor, tensor, variable, zeros } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";

const width = 256;
const x = tensor(new Float32Array(width).fill(1), { shape: [1, width] });

async function predict(): Promise<number> {
  const weight = variable(add(zeros([width, width]), 1));
  return (await matmul(x, weight.value).data())[0]!;
}

async function train(): Promise<number> {
  const weight = variable(zeros([width, width]));
  let total = 0;
  for (let step = 0; step < 3; step++) {
    weight.assign(add(weight.value, 1));
    total += await sum(weight.value).item();
  }
  return total / width;
}

/** What a round of each kind gives, of which nothing is kept. */
export const rounds: { readonly [kind: string]: (round: number, backend: Backend) => Promise<number> } = {
  model: predict,
  step: train,
  async shapes(round, backend) {
    const doubled = compile((values: Tensor) => mul(add(values, 1), 2), { backend });
    return sum(doubled(new Float32Array(100 + round).fill(1))).item();
  },
  async expressions(round) {
    // The bits of the round choose its operations.
    let value = tensor([1, 2, 3]);
    for (let bit = 0; bit < 16; bit++) value = (round >> bit) % 2 === 0 ? add(value, 1) : mul(value, 2);
    return sum(value).item();
  },
};
