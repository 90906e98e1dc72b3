// What a graph costs besides its arithmetic, for several kinds of graph: making a node, finding a program that was built
// before, and building one. `node -C @gradloom/source --import ./docs/examples/ts-register.mjs tools/bench/graph-cost.ts`
import { cpu } from "@gradloom/backend-cpu";
import {
  commit,
  gradients,
  matmul,
  mean,
  mul,
  sum,
  tanh,
  tensor,
  type Tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { deviceOf } from "../../packages/core/src/backend/backend-device.ts";
import { buildProgram } from "../../packages/core/src/program/build-program.ts";
import { inFrame } from "../../packages/core/src/tensor/commit.ts";
import { record } from "../../packages/core/src/tensor/recording.ts";
import type { Goal } from "../../packages/core/src/tensor/device.ts";

const backend = cpu();
useBackend(backend);
const device = deviceOf(backend);
const x = tensor([1, 2, 3]);
const matrix = variable([
  [1, 0.5],
  [0.25, 1],
]);
const rows = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
commit();

/** Makers of graphs of about so many nodes. */
const graphs: Readonly<Record<string, (nodes: number) => () => readonly Goal[]>> = {
  "elementwise chain": (nodes) => () => goal(repeat(nodes, x, (y) => y.add(x))),
  "chain of layers": (nodes) => () => goal(repeat(nodes / 4, rows, (y) => tanh(matmul(y, matrix.value)))),
  "reductions of one tensor": (nodes) => () => goal(repeat(nodes / 4, sum(x), (y) => sum(mul(x, y)))),
  "sum of many leaves": (nodes) => {
    const leaves = Array.from({ length: nodes }, () => tensor([1, 2, 3]));
    return () => goal(leaves.reduce((a, b) => a.add(b)));
  },
  "many results": (nodes) => () => Array.from({ length: nodes / 2 }, (_, at) => ({ tensor: mul(x, at).add(x) })),
  "training of a deep net": (nodes) => training(Math.round(nodes / 30)),
};

function goal(result: Tensor): readonly Goal[] {
  return [{ tensor: result }];
}

function repeat(count: number, first: Tensor, next: (before: Tensor) => Tensor): Tensor {
  let result = first;
  for (let at = 0; at < count; at++) result = next(result);
  return result;
}

/** Forward, backward and a momentum step. */
function training(layers: number): () => readonly Goal[] {
  const pairs = Array.from({ length: layers }, () => ({
    weight: variable([
      [1, 0.5],
      [0.25, 1],
    ]),
    momentum: variable([
      [0, 0],
      [0, 0],
    ]),
  }));
  commit();
  return () => {
    const layer = (y: Tensor, weight: Tensor): Tensor => tanh(matmul(y, weight).add(weight.sum({ axis: 0 })));
    const loss = mean(pairs.reduce<Tensor>((y, { weight }) => layer(y, weight.value), rows));
    const slopes = gradients(
      loss,
      pairs.map(({ weight }) => weight),
    );
    return pairs.flatMap(({ weight, momentum }, at) => {
      const moved = momentum.value.mul(0.9).add(slopes[at]!);
      return [
        { tensor: moved, variable: momentum },
        { tensor: weight.value.sub(moved.mul(0.01)), variable: weight },
      ];
    });
  };
}

function countNodes(goals: readonly Goal[]): number {
  const seen = new Set(goals.map(({ tensor: { node } }) => node));
  for (const node of seen)
    for (const { node: input, storage } of node.inputs) if (storage === undefined) seen.add(input);
  return seen.size;
}

/** The quickest of several runs, in milliseconds. */
function quickest(runs: number, run: () => unknown): number {
  let best = Infinity;
  for (let at = 0; at < runs; at++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

console.log(
  ["graph".padEnd(28), "nodes".padStart(7), "make µs/node", "find µs/node", "build ms", "µs/node"].join("  "),
);
for (const [name, makerOf] of Object.entries(graphs)) {
  for (const size of [1_000, 10_000]) {
    const make = makerOf(size);
    const goals = inFrame(make).result;
    const nodes = countNodes(goals);
    const making = quickest(10, () => inFrame(make));
    const { slots } = record(goals);
    const building = quickest(5, () => buildProgram(goals, slots, () => false));
    device.prepare(goals);
    const finding = quickest(20, () => device.prepare(goals));
    const row = [(1e3 * making) / nodes, (1e3 * finding) / nodes, building, (1e3 * building) / nodes];
    const widths = [12, 12, 8, 7];
    console.log(
      [
        name.padEnd(28),
        String(nodes).padStart(7),
        ...row.map((value, at) => value.toFixed(2).padStart(widths[at]!)),
      ].join("  "),
    );
  }
}
