import { cpu } from "@gradloom/backend-cpu";
import { build, type Initializer, type Layer, recipeOf, type Shape, type TypedArray, useBackend } from "@gradloom/core";
import { type Fans, type InitializerCase, initializerSuite } from "@gradloom/testing";
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

/** Uniform numbers up to a limit on both sides. */
function within(make: () => Initializer, limit: (fans: Fans) => number): InitializerCase {
  return {
    make,
    deviation: (fans) => limit(fans) / Math.sqrt(3),
    limits: (fans) => [-limit(fans), limit(fans)],
  };
}

const xavier = ({ fanIn, fanOut }: Fans): number => 2 / (fanIn + fanOut);

const rows: Readonly<Record<string, InitializerCase>> = {
  zeros: { make: () => zeros(), deviation: () => 0 },
  ones: { make: () => ones(), mean: 1, deviation: () => 0 },
  constant: { make: () => constant({ value: -2.5 }), mean: -2.5, deviation: () => 0 },
  uniform: within(
    () => uniform(),
    () => 0.05,
  ),
  "uniform with bounds": {
    make: () => uniform({ low: 2, high: 5 }),
    mean: 3.5,
    deviation: () => 3 / Math.sqrt(12),
    limits: () => [2, 5],
  },
  normal: { make: () => normal(), deviation: () => 0.05 },
  "normal with a mean and a deviation": {
    make: () => normal({ mean: 3, deviation: 2 }),
    mean: 3,
    deviation: () => 2,
  },
  bengioUniform: within(
    () => bengioUniform(),
    ({ fanIn }) => 1 / Math.sqrt(fanIn),
  ),
  xavierUniform: within(
    () => xavierUniform(),
    (fans) => Math.sqrt(3 * xavier(fans)),
  ),
  glorotUniform: within(
    () => glorotUniform(),
    (fans) => Math.sqrt(3 * xavier(fans)),
  ),
  xavierNormal: { make: () => xavierNormal(), deviation: (fans) => Math.sqrt(xavier(fans)) },
  glorotNormal: { make: () => glorotNormal(), deviation: (fans) => Math.sqrt(xavier(fans)) },
  heUniform: within(
    () => heUniform(),
    ({ fanIn }) => Math.sqrt(6 / fanIn),
  ),
  heNormal: { make: () => heNormal(), deviation: ({ fanIn }) => Math.sqrt(2 / fanIn) },
};

initializerSuite(rows, { describe, test }, { plugins: [initializers], backend: cpu() });

/** First values of a parameter of a model, as the builder makes them. */
function firstValues(initializer: Initializer | string, shape: Shape): Promise<TypedArray> {
  const layer: Layer = {
    build(input, make) {
      make.parameter("kernel", shape, { initializer });
      return { output: input, call: (x) => x };
    },
  };
  return build(layer, { input: [1], plugins: [initializers] }).parameters[0]!.variable.data();
}

function moment(values: readonly number[], power: number): number {
  return values.reduce((total, value) => total + value ** power, 0) / values.length;
}

test("normal numbers are normal and uniform numbers uniform: by their fourth moments", async () => {
  for (const [initializer, kurtosis] of [
    [heNormal(), 3],
    [xavierNormal(), 3],
    [normal(), 3],
    [heUniform(), 9 / 5],
    [xavierUniform(), 9 / 5],
    [bengioUniform(), 9 / 5],
    [uniform(), 9 / 5],
  ] as const) {
    const values = Array.from(await firstValues(initializer, [100, 200]));
    expect(Math.abs(moment(values, 4) / moment(values, 2) ** 2 - kurtosis)).toBeLessThan(0.2);
  }
});

test("an alias gives the numbers of what it stands for, and keeps its own name", async () => {
  expect(await firstValues(glorotUniform(), [4, 5])).toEqual(await firstValues(xavierUniform(), [4, 5]));
  expect(await firstValues("glorotNormal", [4, 5])).toEqual(await firstValues(xavierNormal(), [4, 5]));
  expect(recipeOf(glorotUniform())).toEqual({ kind: "initializer", name: "glorotUniform", options: {} });
});

test("options that make no sense are refused when the initializer is made", () => {
  const refused = [
    [() => constant({ value: Number.NaN }), "constant: value is NaN; it must be a finite number"],
    [() => uniform({ high: Infinity }), "uniform: high is Infinity; it must be a finite number"],
    [() => uniform({ low: 1, high: 1 }), "uniform: low is 1 and high 1; low must be below high"],
    [() => normal({ deviation: -1 }), "normal: deviation is -1; it must be a finite number of 0 or more"],
    [() => normal({ mean: Number.NaN }), "normal: mean is NaN; it must be a finite number"],
  ] as const;
  for (const [make, message] of refused) expect(make).toThrow(expect.objectContaining({ message }));
});
