import { cpu } from "@gradloom/backend-cpu";
import { gradients, recipeOf, type Regularizer, Registry, tensor, useBackend, variable } from "@gradloom/core";
import { gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { l1, l1l2, l2, regularizers } from "../src/index.ts";

useBackend(cpu());

const weights = [0.5, -2, 1.5, 3, -0.25, 1];
const absolute = weights.reduce((total, weight) => total + Math.abs(weight), 0);
const squares = weights.reduce((total, weight) => total + weight * weight, 0);

const rows: readonly { readonly name: string; readonly regularizer: Regularizer; readonly penalty: number }[] = [
  { name: "l1", regularizer: l1(), penalty: 0.01 * absolute },
  { name: "l1({ factor: 0.5 })", regularizer: l1({ factor: 0.5 }), penalty: 0.5 * absolute },
  { name: "l2", regularizer: l2(), penalty: 0.01 * squares },
  { name: "l2({ factor: 0.5 })", regularizer: l2({ factor: 0.5 }), penalty: 0.5 * squares },
  { name: "l1l2", regularizer: l1l2(), penalty: 0.01 * absolute + 0.01 * squares },
  { name: "l1l2({ l1: 0.1, l2: 0 })", regularizer: l1l2({ l1: 0.1, l2: 0 }), penalty: 0.1 * absolute },
];

describe.each(rows)("$name", ({ regularizer, penalty }) => {
  const parameter = tensor(Float64Array.from(weights), { shape: [2, 3] });

  test("is its formula, one number of the parameter's dtype", async () => {
    const value = regularizer(parameter);
    expect([value.shape, value.dtype]).toEqual([[], "float64"]);
    expect(await value.item()).toBeCloseTo(penalty, 14);
  });

  test("has the right gradients, first and second order", () => gradientCheck((w) => regularizer(w!), [parameter]));

  test("goes through a recipe and the registry to the same penalty", async () => {
    const again = new Registry([regularizers]).make(JSON.parse(JSON.stringify(recipeOf(regularizer)))) as Regularizer;
    expect(await again(parameter).item()).toBe(await regularizer(parameter).item());
  });
});

test("l1 leaves a parameter at 0 where it is", async () => {
  const parameter = variable([0, -1, 2]);
  const [slope] = gradients(l1({ factor: 0.5 })(parameter.value), [parameter]);
  expect(await slope!.data()).toEqual(Float32Array.of(0, -0.5, 0.5));
});

test("factors that make no sense are refused when the regularizer is made", () => {
  const refused = [
    [() => l1({ factor: Number.NaN }), "l1: factor is NaN; it must be a finite number of 0 or more"],
    [() => l2({ factor: -1 }), "l2: factor is -1; it must be a finite number of 0 or more"],
    [() => l1l2({ l2: Infinity }), "l1l2: l2 is Infinity; it must be a finite number of 0 or more"],
  ] as const;
  for (const [make, message] of refused) expect(make).toThrow(expect.objectContaining({ message }));
});
