import { cpu } from "@gradloom/backend-cpu";
import { gradients, sum, tensor, useBackend, variable } from "@gradloom/core";
import { type ActivationCase, activationSuite, gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { activations, gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh } from "../src/index.ts";

useBackend(cpu());

const rows: Readonly<Record<string, ActivationCase>> = {
  relu: { make: () => relu(), formula: (x) => Math.max(x, 0), kinks: [0] },
  leakyRelu: { make: () => leakyRelu(), formula: (x) => (x > 0 ? x : 0.01 * x), kinks: [0] },
  "leakyRelu with a slope": {
    make: () => leakyRelu({ slope: 0.2 }),
    formula: (x) => (x > 0 ? x : 0.2 * x),
    kinks: [0],
  },
  sigmoid: { make: () => sigmoid(), formula: (x) => 1 / (1 + Math.exp(-x)) },
  tanh: { make: () => tanh(), formula: Math.tanh },
  gelu: { make: () => gelu(), formula: (x) => x * normalDistribution(x) },
  "gelu by tanh": {
    make: () => gelu({ approximate: "tanh" }),
    formula: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  },
  linear: { make: () => linear(), formula: (x) => x },
  softmax: { make: () => softmax() },
  "softmax along the first axis": { make: () => softmax({ axis: 0 }) },
};

/** The integral of the normal density up to x, by Simpson's rule from 0. */
function normalDistribution(x: number): number {
  const parts = 1000;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let total = density(0) + density(x);
  for (let at = 1; at < parts; at++) total += density((x * at) / parts) * (at % 2 === 0 ? 2 : 4);
  return 0.5 + (total * x) / (3 * parts);
}

activationSuite(rows, { describe, test }, { plugins: [activations], backend: cpu() });

test("smooth activations have both gradients right at 0", async () => {
  for (const activation of [sigmoid(), tanh(), gelu(), gelu({ approximate: "tanh" })])
    await gradientCheck((x) => activation(x!), [tensor([0, -0, 1e-9])]);
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

test("NaN goes through", async () => {
  const found = await Promise.all(Object.values(rows).map(({ make }) => make()(tensor([[Number.NaN, 1]])).data()));
  expect(found.map(([first]) => first)).toEqual(found.map(() => Number.NaN));
});

test("sigmoid is accurate where it is close to 0", async () => {
  const [value] = await sigmoid(tensor([-80])).data();
  expect(value! / Math.exp(-80)).toBeCloseTo(1, 5);
});

test("softmax is positive and sums to 1 along its axis, whatever the size of the numbers", async () => {
  const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
  const values = await softmax(
    tensor([
      [1, 2, 3],
      [-1, 0, 1000],
    ]),
  ).data();
  [Math.exp(1) / total, Math.exp(2) / total, Math.exp(3) / total, 0, 0, 1].forEach((wanted, at) =>
    expect(values[at]).toBeCloseTo(wanted, 6),
  );
  expect(await softmax(tensor([[5], [5]]), { axis: 0 }).data()).toEqual(Float32Array.of(0.5, 0.5));
});

test("every activation has its name in the plugin", () => {
  expect(activations.provides.map(({ definition }) => definition.name)).toEqual([
    "gelu",
    "leakyRelu",
    "linear",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
  ]);
});
