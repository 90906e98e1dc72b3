import { commit, gradients, matmul, mean, mul, sum, tanh, tensor, type Tensor, variable } from "@gradloom/core";
import { type BackendDevice } from "../../../../packages/core/src/runtime/backend-device.ts";
import { buildProgram } from "../../../../packages/core/src/program/build-program.ts";
import { getDefaultDevice } from "../../../../packages/core/src/tensor/default-device.ts";
import { inFrame } from "../../../../packages/core/src/tensor/frame.ts";
import type { Goal } from "../../../../packages/core/src/tensor/graph.ts";
import { record } from "../../../../packages/core/src/tensor/recording.ts";
import type { Case } from "../case.ts";
import type { PerformanceGoal } from "../performance-goal.ts";
import type { Results } from "../results.ts";
import type { Given, Group } from "../workload.ts";

type Goals = readonly Goal[];

/** What a graph is made of, once for all runs. */
interface Leaves {
  readonly x: Tensor;
  readonly rows: Tensor;
  matrix(): Tensor;
}

/** Makers of graphs of about `nodes` nodes. */
const graphs: Readonly<Record<string, (nodes: number, leaves: Leaves) => () => Goals>> = {
  "element-wise-chain":
    (nodes, { x }) =>
    () =>
      goal(repeat(nodes, x, (y) => y.add(x))),
  "chain-of-layers":
    (nodes, { rows, matrix }) =>
    () =>
      goal(repeat(nodes / 4, rows, (y) => tanh(matmul(y, matrix())))),
  "reductions-of-one-tensor":
    (nodes, { x }) =>
    () =>
      goal(repeat(nodes / 4, sum(x), (y) => sum(mul(x, y)))),
  "sum-of-many-leaves": (nodes) => {
    const leaves = Array.from({ length: nodes }, () => tensor([1, 2, 3]));
    return () => goal(leaves.reduce((a, b) => a.add(b)));
  },
  "many-results":
    (nodes, { x }) =>
    () =>
      Array.from({ length: nodes / 2 }, (_, at) => ({ tensor: mul(x, at).add(x) })),
  "training-of-a-deep-net": (nodes, { rows }) => training(Math.round(nodes / 30), rows),
};

function goal(result: Tensor): Goals {
  return [{ tensor: result }];
}

function repeat(count: number, first: Tensor, next: (before: Tensor) => Tensor): Tensor {
  let result = first;
  for (let at = 0; at < count; at++) result = next(result);
  return result;
}

/** Forward, backward and a step with momentum. */
function training(layers: number, rows: Tensor): () => Goals {
  const square = (diagonal: number, other: number) =>
    variable([
      [diagonal, other],
      [other, diagonal],
    ]);
  const pairs = Array.from({ length: layers }, () => ({ weight: square(1, 0.5), momentum: square(0, 0) }));
  const weights = pairs.map(({ weight }) => weight);
  commit();
  return () => {
    const layer = (y: Tensor, weight: Tensor): Tensor => tanh(matmul(y, weight).add(weight.sum({ axis: 0 })));
    const loss = mean(weights.reduce<Tensor>((y, weight) => layer(y, weight.value), rows));
    const slopes = gradients(loss, weights);
    return pairs.flatMap(({ weight, momentum }, at) => {
      const moved = momentum.value.mul(0.9).add(slopes[at]!);
      return [
        { tensor: moved, variable: momentum },
        { tensor: weight.value.sub(moved.mul(0.01)), variable: weight },
      ];
    });
  };
}

function countNodes(goals: Goals): number {
  const seen = new Set(goals.map(({ tensor: { node } }) => node));
  for (const node of seen)
    for (const { node: input, storage } of node.inputs) if (storage === undefined) seen.add(input);
  return seen.size;
}

const smallSize = 1_000;
const largeSize = 10_000;
const ways = ["making a node", "finding a node", "building 1,000", "building 10,000"] as const;

function gradloom({ parameters, way }: Given): Case {
  const size = way === "building 10,000" || way === "finding a node" ? largeSize : smallSize;
  const matrix = variable([
    [1, 0.5],
    [0.25, 1],
  ]);
  const rows = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const make = graphs[String(parameters["graph"])]!(size, {
    x: tensor([1, 2, 3]),
    rows,
    matrix: () => matrix.value,
  });
  commit();
  const goals = inFrame(make).result;
  const nodes = countNodes(goals);
  const outputs = () => ({ share: [nodes / size] });
  if (way === "making a node") return { run: () => inFrame(make), per: nodes, outputs };
  if (way === "finding a node") {
    const device = getDefaultDevice() as BackendDevice;
    return { run: () => device.prepare(goals), per: nodes, outputs };
  }
  const { slots } = record(goals);
  return { run: () => buildProgram(goals, slots, {}, () => undefined), outputs };
}

/** Milliseconds of a way in a graph; the usual way has no name of its own. */
function timeIn(results: Results, graph: string, way: (typeof ways)[number]): number | undefined {
  return results.time(`graph/${graph}`, way === ways[0] ? "cpu" : `cpu, ${way}`);
}

/** A bound that holds in every kind of graph: the figure is the largest. */
function inEveryGraph(
  says: string,
  figureOf: (time: (way: (typeof ways)[number]) => number | undefined) => number | undefined,
  most: number,
  unit: PerformanceGoal["unit"],
): PerformanceGoal {
  const measured = (results: Results): number | undefined => {
    const figures = names.flatMap((graph) => figureOf((way) => timeIn(results, graph, way)) ?? []);
    return figures.length === 0 ? undefined : Math.max(...figures);
  };
  return { says: `graph: ${says}`, measured, most, unit };
}

function microseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : 1000 * milliseconds;
}

const names = Object.keys(graphs);

/** What a graph costs before anything is computed. */
export const graphCost: Group = {
  name: "graph",
  title: "What a graph costs",
  about:
    "Making one node of 1,000; finding the program that was built for the same graph of 10,000 nodes before, for each node; building a program of 1,000 and of 10,000 nodes. The backend has no part in it.",
  rows: names.map((graph) => ({
    name: graph,
    parameters: { graph },
    inputs: () => ({}),
    check:
      () =>
      ({ share }) =>
        Math.abs((share?.[0] ?? 0) - 1),
  })),
  tolerance: 0.25,
  ways,
  gradloom,
  participants: ["cpu"],
  goals: [
    inEveryGraph("making a node takes at most 0.4 µs", (time) => microseconds(time("making a node")), 0.4, "µs"),
    inEveryGraph("finding takes at most 0.4 µs a node", (time) => microseconds(time("finding a node")), 0.4, "µs"),
    inEveryGraph("building 1,000 nodes takes at most 30 ms", (time) => time("building 1,000"), 30, "ms"),
    inEveryGraph(
      "building 10,000 nodes takes at most 12× as long as 1,000",
      (time) => {
        const [small, large] = [time("building 1,000"), time("building 10,000")];
        return small === undefined || large === undefined ? undefined : large / small;
      },
      12,
      "×",
    ),
  ],
};
