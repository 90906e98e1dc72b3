import { cpu } from "@gradloom/backend-cpu";
import { type Activation, gradients, recipeOf, Registry, sum, tensor, useBackend, variable } from "@gradloom/core";
import { gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { activations, gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh } from "../src/index.ts";

useBackend(cpu());

interface Row {
  readonly name: string;
  readonly activation: Activation;
  /** The published formula for one number. */
  readonly formula: (x: number) => number;
  /** Where the function has a kink. */
  readonly kink?: number;
}

const rows: readonly Row[] = [
  { name: "relu", activation: relu(), formula: (x) => Math.max(x, 0), kink: 0 },
  { name: "leakyRelu", activation: leakyRelu(), formula: (x) => (x > 0 ? x : 0.01 * x), kink: 0 },
  {
    name: "leakyRelu({ slope: 0.2 })",
    activation: leakyRelu({ slope: 0.2 }),
    formula: (x) => (x > 0 ? x : 0.2 * x),
    kink: 0,
  },
  { name: "sigmoid", activation: sigmoid(), formula: (x) => 1 / (1 + Math.exp(-x)) },
  { name: "tanh", activation: tanh(), formula: Math.tanh },
  { name: "gelu", activation: gelu(), formula: (x) => x * normalDistribution(x) },
  {
    name: 'gelu({ approximate: "tanh" })',
    activation: gelu({ approximate: "tanh" }),
    formula: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  },
  { name: "linear", activation: linear(), formula: (x) => x },
];

/** The integral of the normal density up to x, by Simpson's rule from 0. */
function normalDistribution(x: number): number {
  const parts = 2000;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let total = density(0) + density(x);
  for (let at = 1; at < parts; at++) total += density((x * at) / parts) * (at % 2 === 0 ? 2 : 4);
  return 0.5 + (total * x) / (3 * parts);
}

const points = [-6.5, -2.25, -1, -0.75, -0.1, 0, 0.05, 0.5, 1, 1.75, 3, 7.5];

describe.each(rows)("$name", ({ activation, formula, kink }) => {
  test("is its formula", async () => {
    const values = await activation(tensor(Float64Array.from(points))).data();
    points.forEach((x, at) => expect(values[at]).toBeCloseTo(formula(x), 12));
  });

  test("keeps the shape and the dtype", async () => {
    const y = activation(tensor([[1], [-2]]));
    expect([y.shape, y.dtype]).toEqual([[2, 1], "float32"]);
    expect(await y.data()).toHaveLength(2);
  });

  test("has the right gradients, first and second order, at 0 too where it is smooth", async () => {
    const clear = points.filter((x) => x !== kink);
    await gradientCheck((x) => activation(x!), [tensor(Float64Array.from(clear), { shape: [clear.length, 1] })]);
  });

  test("lets NaN through and stays finite, with a finite gradient, far from 0", async () => {
    expect(await activation(tensor([Number.NaN])).data()).toEqual(Float32Array.of(Number.NaN));
    const x = variable([-1e4, -100, 100, 1e4]);
    const y = activation(x.value);
    const [slope] = gradients(sum(y), [x]);
    expect([...(await y.data()), ...(await slope!.data())].every(Number.isFinite)).toBe(true);
  });
});

test("relu and leakyRelu have the slope of the negative side at 0", async () => {
  for (const [activation, slope] of [
    [relu(), 0],
    [leakyRelu({ slope: 0.25 }), 0.25],
  ] as const) {
    const x = variable([0]);
    expect(await gradients(sum(activation(x.value)), [x])[0]!.data()).toEqual(Float32Array.of(slope));
  }
});

test("sigmoid is accurate where it is close to 0", async () => {
  const [value] = await sigmoid(tensor([-80])).data();
  expect(value! / Math.exp(-80)).toBeCloseTo(1, 5);
});

describe("softmax", () => {
  const x = tensor(Float64Array.of(1, 2, 3, -1, 0, 1000), { shape: [2, 3] });

  test("is positive and sums to 1 along the axis, whatever the size of the numbers", async () => {
    const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    const values = await softmax(x).data();
    [Math.exp(1) / total, Math.exp(2) / total, Math.exp(3) / total, 0, 0, 1].forEach((wanted, at) =>
      expect(values[at]).toBeCloseTo(wanted, 12),
    );
    const columns = await softmax(tensor([[5], [5]]), { axis: 0 }).data();
    expect([...columns]).toEqual([0.5, 0.5]);
  });

  test("has the right gradients, first and second order", async () => {
    const logits = tensor(Float64Array.of(0.3, -1.2, 2, 0, 0.7, -0.4), { shape: [2, 3] });
    await gradientCheck((one) => softmax(one!), [logits]);
    await gradientCheck((one) => softmax({ axis: 0 })(one!), [logits]);
  });
});

test("every activation goes through a recipe and the registry to the same function", async () => {
  const registry = new Registry([activations]);
  const x = tensor([[-1.5, 0.5, 2]]);
  const values = [...rows.map(({ activation }) => activation), softmax({ axis: 0 })];
  for (const activation of values) {
    const recipe = JSON.parse(JSON.stringify(recipeOf(activation)));
    const again = registry.make(recipe) as Activation;
    expect(await again(x).data()).toEqual(await activation(x).data());
  }
});

test("every activation has its name in the plugin", () => {
  expect(activations.provides.map(({ definition }) => definition.name).toSorted()).toEqual([
    "gelu",
    "leakyRelu",
    "linear",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
  ]);
});
