import { cpu } from "@gradloom/backend-cpu";
import { gradients, sum, tensor, useBackend, variable } from "@gradloom/core";
import { type ActivationCase, activationSuite, type ExtremeOptions, gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { activations, gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh } from "../src/index.ts";

useBackend(cpu());

/** Slopes that are what is left of 1. */
const ofOne = { slopeSize: (): number => 1 };
/** x times what is left of 1, up to where that is nothing; slopes multiply it once more. */
const ofX: ExtremeOptions = {
  size: ([x], want) => (Math.abs(x!) < far ? Math.abs(x!) : Math.abs(want)),
  slopeSize: ([x]) => (Math.abs(x!) < far ? 1 + Math.abs(x!) : 1),
};
const far = 40;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

const rows: Readonly<Record<string, ActivationCase>> = {
  relu: { make: () => relu(), formula: (x) => Math.max(x, 0), slope: (x) => Number(x > 0), kinks: [0] },
  leakyRelu: {
    make: () => leakyRelu(),
    formula: (x) => (x > 0 ? x : 0.01 * x),
    slope: (x) => (x > 0 ? 1 : 0.01),
    kinks: [0],
  },
  "leakyRelu with a slope": {
    make: () => leakyRelu({ slope: 0.2 }),
    formula: (x) => (x > 0 ? x : 0.2 * x),
    slope: (x) => (x > 0 ? 1 : 0.2),
    kinks: [0],
  },
  sigmoid: {
    make: () => sigmoid(),
    formula: logistic,
    slope: (x) => logistic(x) * logistic(-x),
    extremes: ofOne,
  },
  tanh: { make: () => tanh(), formula: Math.tanh, slope: (x) => 1 / Math.cosh(x) ** 2, extremes: ofOne },
  gelu: {
    make: () => gelu(),
    formula: (x) => (x < -far ? 0 : x * normalDistribution(x)),
    slope: (x) => normalDistribution(x) + (Math.abs(x) > far ? 0 : x * normalDensity(x)),
    extremes: ofX,
  },
  "gelu by tanh": {
    make: () => gelu({ approximate: "tanh" }),
    formula: (x) => (x < -far ? 0 : x * bentDistribution(x)),
    slope: (x) => (Math.abs(x) > far ? Number(x > 0) : bentDistribution(x) + x * bentDensity(x)),
    extremes: ofX,
  },
  linear: { make: () => linear(), formula: (x) => x, slope: () => 1 },
  softmax: { make: () => softmax() },
  "softmax along the first axis": { make: () => softmax({ axis: 0 }) },
};

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1/2 + density(x) times the sum of x^(2n + 1) / (2n + 1)!! (Marsaglia 2004, https://doi.org/10.18637/jss.v011.i04). */
function normalDistribution(x: number): number {
  if (!(Math.abs(x) <= far)) return Number.isNaN(x) ? x : Number(x > 0);
  let term = x;
  let total = x;
  for (let factor = 3; total + term !== total; factor += 2) {
    term *= (x * x) / factor;
    total += term;
  }
  return 0.5 + normalDensity(x) * total;
}

function bentDistribution(x: number): number {
  return (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))) / 2;
}

function bentDensity(x: number): number {
  const inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
  return (Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x)) / 2 / Math.cosh(inner) ** 2;
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
