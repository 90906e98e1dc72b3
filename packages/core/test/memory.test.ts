import { cpu } from "@gradloom/backend-cpu";
import {
  commit,
  compile,
  gradients,
  matmul,
  mean,
  mul,
  sub,
  type Tensor,
  tensor,
  useBackend,
  type Variable,
  variable,
} from "@gradloom/core";
import { describe, expect, test } from "vitest";
import { counting, type Counts, settledHeap } from "./memory/counting-backend.ts";

const parameterBytes = 4 * 64 * 8;

/** A small net with momentum: two variables for each parameter. */
class Training {
  readonly counts: Counts;
  private readonly parameters: readonly { readonly weight: Variable; readonly momentum: Variable }[];
  private readonly x: Tensor;
  private readonly y: Tensor;

  constructor() {
    const { backend, counts } = counting(cpu());
    useBackend(backend);
    this.counts = counts;
    const numbers = (size: number): number[] => Array.from({ length: size }, (_, at) => ((at * 7) % 13) / 13 - 0.5);
    this.parameters = [
      [4, 64],
      [64, 8],
    ].map(([rows, columns]) => ({
      weight: variable(tensor(numbers(rows! * columns!), { shape: [rows!, columns!] })),
      momentum: variable(tensor(new Float32Array(rows! * columns!), { shape: [rows!, columns!] })),
    }));
    this.x = tensor(numbers(12), { shape: [3, 4] });
    this.y = tensor(numbers(24), { shape: [3, 8] });
    commit();
  }

  /** Assigns all variables; the loss. */
  readonly step = (rate: Tensor | number = 0.01): Tensor => {
    const [first, second] = this.parameters as [(typeof this.parameters)[0], (typeof this.parameters)[0]];
    const error = sub(matmul(matmul(this.x, first.weight.value), second.weight.value), this.y);
    const loss = mean(mul(error, error));
    const slopes = gradients(loss, [first.weight, second.weight]);
    this.parameters.forEach(({ weight, momentum }, at) => {
      momentum.assign(momentum.value.mul(0.9).add(slopes[at]!));
      weight.assign(weight.value.sub(momentum.value.mul(rate)));
    });
    return loss;
  };
}

describe.each<[string, (training: Training) => (count: number) => Promise<void>]>([
  [
    "a compiled loop",
    (training) => {
      const step = compile((rate: Tensor) => training.step(rate));
      return async (count) => {
        for (let at = 0; at < count; at++) step(0.01);
      };
    },
  ],
  [
    "a compiled loop that reads every loss",
    (training) => {
      const step = compile((rate: Tensor) => training.step(rate));
      return async (count) => {
        for (let at = 0; at < count; at++) await step(0.01).item();
      };
    },
  ],
  [
    "a hand-written loop that reads every loss",
    (training) => async (count) => {
      for (let at = 0; at < count; at++) await training.step().item();
    },
  ],
  [
    "a hand-written loop that commits every step and ends the history",
    (training) => async (count) => {
      for (let at = 0; at < count; at++) {
        training.step();
        commit([], { endHistory: true });
      }
    },
  ],
  [
    "a hand-written loop without a single await",
    (training) => async (count) => {
      for (let at = 0; at < count; at++) training.step();
    },
  ],
])("%s", (_, makeLoop) => {
  test("holds the same memory after 10,000 steps as after 100", { timeout: 120_000 }, async () => {
    const training = new Training();
    const loop = makeLoop(training);
    await loop(100);
    commit();
    const heap = await settledHeap();
    const { buffers, bytes } = training.counts;
    await loop(9_900);
    commit();
    const growth = (await settledHeap()) - heap;
    // A frame of the engine may still refer to the last result.
    expect(Math.abs(training.counts.buffers - buffers)).toBeLessThanOrEqual(2);
    expect(Math.abs(training.counts.bytes - bytes)).toBeLessThanOrEqual(2 * parameterBytes);
    // Code that got hot and a program for the steps after the last cut; a node kept in each step would be more.
    expect(growth).toBeLessThan(3_000_000);
  });
});

test("a compiled step asks its backend for no memory but its results", async () => {
  const training = new Training();
  const step = compile((rate: Tensor) => training.step(rate));
  for (let at = 0; at < 3; at++) step(0.01);
  const { allocations, copies } = training.counts;
  for (let at = 0; at < 20; at++) step(0.01);
  await step(0.01).item();
  expect(training.counts).toMatchObject({ allocations, copies });
});

test("keeping every loss keeps no weights when the history ends", async () => {
  const training = new Training();
  training.step();
  commit([], { endHistory: true });
  await settledHeap();
  const { buffers, bytes } = training.counts;
  const losses: Tensor[] = [];
  for (let at = 0; at < 1_000; at++) {
    losses.push(training.step());
    commit([], { endHistory: true });
  }
  await settledHeap();
  expect(training.counts.buffers - buffers).toBeLessThanOrEqual(losses.length);
  expect(training.counts.bytes - bytes).toBeLessThan(parameterBytes + 4 * losses.length);
  expect(await losses.at(-1)!.item()).toBeLessThan(await losses[0]!.item());
});
