// A program that computes for many rounds and keeps nothing: prints what the last round gives, and at each quarter what memory is taken, as JSON.
import { add, compile, matmul, mul, sum, type Tensor, tensor, useBackend, variable, zeros } from "@gradloom/core";
import { openWorkshop } from "../../src/program/workshop.ts";
import { backendOf } from "../../src/wasm.ts";

const [kind, rounds, threads, pages] = process.argv.slice(2);
const workshop = openWorkshop({ threads: Number(threads) }, undefined, Number(pages));
const backend = backendOf(workshop);
useBackend(backend);
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

const kinds: { readonly [kind: string]: (round: number) => Promise<number> } = {
  model: predict,
  step: train,
  async shapes(round) {
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

const figures: { readonly wasm: number; readonly resident: number }[] = [];
let last: number | undefined;
for (let round = 1; round <= Number(rounds); round++) {
  last = await kinds[kind!]!(round);
  if (round % Math.floor(Number(rounds) / 4) === 0)
    figures.push({ wasm: workshop.linear.memory.buffer.byteLength, resident: process.memoryUsage().rss });
}
console.log(JSON.stringify({ last, figures }));
process.exit(0);
