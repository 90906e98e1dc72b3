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

/** The bits of a round, which choose its operations. */
function choices(round: number): readonly boolean[] {
  return Array.from({ length: 16 }, (_, bit) => (round >> bit) % 2 === 1);
}

/** What a round of expressions gives. */
export function expressed(round: number): number {
  return choices(round).reduce((before, choice) => (choice ? before * 2 : before + 1), 1);
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
    const start = tensor([1, 2, 3]);
    const value = choices(round).reduce((before, choice) => (choice ? mul(before, 2) : add(before, 1)), start);
    return (await value.data())[0]!;
  },
};
