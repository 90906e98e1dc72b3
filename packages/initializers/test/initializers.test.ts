import { cpu } from "@gradloom/backend-cpu";
import {
  build,
  type Initializer,
  type Layer,
  recipeOf,
  Registry,
  type Shape,
  type TypedArray,
  useBackend,
} from "@gradloom/core";
import { describe, expect, test } from "vitest";
import {
  bengioUniform,
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  initializers,
  normal,
  ones,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../src/index.ts";

useBackend(cpu());

/** Kernels of a dense layer, of convolutions of one, two and three dimensions, and a vector, with the fans that they have. */
const kernels: readonly { readonly shape: Shape; readonly fanIn: number; readonly fanOut: number }[] = [
  { shape: [256, 32], fanIn: 256, fanOut: 32 },
  { shape: [5, 8, 128], fanIn: 40, fanOut: 640 },
  { shape: [3, 2, 16, 64], fanIn: 96, fanOut: 384 },
  { shape: [2, 3, 2, 40, 10], fanIn: 480, fanOut: 120 },
  { shape: [5000], fanIn: 5000, fanOut: 5000 },
];

interface Row {
  readonly name: string;
  readonly initializer: Initializer;
  /** Of the published rule, from the fans. */
  readonly variance: (fanIn: number, fanOut: number) => number;
  readonly shaped: "uniform" | "normal";
}

const rows: readonly Row[] = [
  { name: "bengioUniform", initializer: bengioUniform(), variance: (fanIn) => 1 / (3 * fanIn), shaped: "uniform" },
  { name: "xavierUniform", initializer: xavierUniform(), variance: (a, b) => 2 / (a + b), shaped: "uniform" },
  { name: "xavierNormal", initializer: xavierNormal(), variance: (a, b) => 2 / (a + b), shaped: "normal" },
  { name: "glorotUniform", initializer: glorotUniform(), variance: (a, b) => 2 / (a + b), shaped: "uniform" },
  { name: "glorotNormal", initializer: glorotNormal(), variance: (a, b) => 2 / (a + b), shaped: "normal" },
  { name: "heUniform", initializer: heUniform(), variance: (fanIn) => 2 / fanIn, shaped: "uniform" },
  { name: "heNormal", initializer: heNormal(), variance: (fanIn) => 2 / fanIn, shaped: "normal" },
  { name: "uniform", initializer: uniform(), variance: () => 0.05 ** 2 / 3, shaped: "uniform" },
  { name: "normal", initializer: normal(), variance: () => 0.05 ** 2, shaped: "normal" },
];

/** First values of a parameter of a model, as the builder makes them. */
function firstValues(
  initializer: Initializer | string,
  shape: Shape,
  { seed = 0, dtype = "float32" }: { readonly seed?: number; readonly dtype?: "float32" | "float64" } = {},
): Promise<TypedArray> {
  const layer: Layer = {
    build(input, make) {
      make.parameter("kernel", shape, { initializer });
      return { output: input, call: (x) => x };
    },
  };
  return build(layer, { input: [1], seed, dtype, plugins: [initializers] }).parameters[0]!.variable.data();
}

function meanOf(values: TypedArray, power = 1): number {
  return Array.from(values).reduce((total, value) => total + value ** power, 0) / values.length;
}

describe.each(rows)("$name", ({ initializer, variance, shaped }) => {
  test.each(kernels)("has its mean and variance for $shape", async ({ shape, fanIn, fanOut }) => {
    const values = await firstValues(initializer, shape);
    const wanted = variance(fanIn, fanOut);
    const count = values.length;
    // Five standard errors; the kurtosis is 9/5 of uniform numbers and 3 of normal ones.
    expect(Math.abs(meanOf(values))).toBeLessThan(5 * Math.sqrt(wanted / count));
    const error = Math.sqrt(((shaped === "uniform" ? 9 / 5 : 3) - 1) / count);
    expect(Math.abs(meanOf(values, 2) / wanted - 1)).toBeLessThan(5 * error);
    const kurtosis = meanOf(values, 4) / meanOf(values, 2) ** 2;
    expect(kurtosis).toBeCloseTo(shaped === "uniform" ? 9 / 5 : 3, 0);
  });

  test("fills float64 too, and only the seed decides the numbers", async () => {
    const shape = [3, 4];
    expect(await firstValues(initializer, shape, { dtype: "float64" })).toBeInstanceOf(Float64Array);
    const first = await firstValues(initializer, shape, { seed: 7 });
    expect(await firstValues(initializer, shape, { seed: 7 })).toEqual(first);
    expect(await firstValues(initializer, shape, { seed: 8 })).not.toEqual(first);
  });
});

test("uniform numbers reach their limits and stay within them", async () => {
  const values = await firstValues(xavierUniform(), [256, 32]);
  const limit = Math.sqrt(6 / 288);
  const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeLessThanOrEqual(limit);
  expect(largest).toBeGreaterThan(0.99 * limit);
  expect((await firstValues(uniform({ low: 2, high: 3 }), [4000])).every((value) => value >= 2 && value < 3)).toBe(
    true,
  );
});

test("normal takes a mean and a deviation", async () => {
  const values = await firstValues(normal({ mean: 3, deviation: 2 }), [10_000]);
  expect(meanOf(values)).toBeCloseTo(3, 0);
  expect(Math.sqrt(meanOf(values, 2) - meanOf(values) ** 2)).toBeCloseTo(2, 1);
});

test("constants are the same everywhere", async () => {
  expect(await firstValues(zeros(), [2])).toEqual(Float32Array.of(0, 0));
  expect(await firstValues(ones(), [2])).toEqual(Float32Array.of(1, 1));
  expect(await firstValues(constant({ value: 0.1 }), [2], { dtype: "float64" })).toEqual(Float64Array.of(0.1, 0.1));
});

test("an alias gives the numbers of what it stands for, and keeps its own name", async () => {
  expect(await firstValues(glorotUniform(), [4, 5])).toEqual(await firstValues(xavierUniform(), [4, 5]));
  expect(await firstValues("glorotNormal", [4, 5])).toEqual(await firstValues(xavierNormal(), [4, 5]));
  expect(recipeOf(glorotUniform())).toEqual({ kind: "initializer", name: "glorotUniform", options: {} });
});

test("every initializer goes through a recipe and the registry to the same numbers", async () => {
  const registry = new Registry([initializers]);
  const others = [zeros(), ones(), constant({ value: 2 }), uniform({ low: 0, high: 2 }), normal({ mean: 1 })];
  for (const initializer of [...rows.map((row) => row.initializer), ...others]) {
    const again = registry.make(JSON.parse(JSON.stringify(recipeOf(initializer)))) as Initializer;
    expect(await firstValues(again, [3, 2])).toEqual(await firstValues(initializer, [3, 2]));
  }
});

test("options that make no sense are refused when the initializer is made", () => {
  const refused = [
    [() => constant({ value: Number.NaN }), "constant: value is NaN; it must be a finite number"],
    [() => uniform({ high: Infinity }), "uniform: high is Infinity; it must be a finite number"],
    [() => uniform({ low: 1, high: 1 }), "uniform: low is 1 and high 1; low must be below high"],
    [() => normal({ deviation: -1 }), "normal: deviation is -1; it must be 0 or more"],
    [() => normal({ mean: Number.NaN }), "normal: mean is NaN; it must be a finite number"],
  ] as const;
  for (const [make, message] of refused) expect(make).toThrow(expect.objectContaining({ message }));
});
