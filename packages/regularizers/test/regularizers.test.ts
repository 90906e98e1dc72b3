import { cpu } from "@gradloom/backend-cpu";
import { gradients, useBackend, variable } from "@gradloom/core";
import { type RegularizerCase, regularizerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { l1, l1l2, l2, regularizers } from "../src/index.ts";

useBackend(cpu());

const absolute = (values: readonly number[]): number => values.reduce((total, value) => total + Math.abs(value), 0);
const squares = (values: readonly number[]): number => values.reduce((total, value) => total + value * value, 0);

const rows: Readonly<Record<string, RegularizerCase>> = {
  l1: { make: () => l1(), formula: (values) => 0.01 * absolute(values), kinks: [0] },
  "l1 with a factor": {
    make: () => l1({ factor: 0.5 }),
    formula: (values) => 0.5 * absolute(values),
    kinks: [0],
  },
  l2: { make: () => l2(), formula: (values) => 0.01 * squares(values) },
  "l2 with a factor": { make: () => l2({ factor: 0.5 }), formula: (values) => 0.5 * squares(values) },
  l1l2: {
    make: () => l1l2(),
    formula: (values) => 0.01 * absolute(values) + 0.01 * squares(values),
    kinks: [0],
  },
  "l1l2 with factors": {
    make: () => l1l2({ l1: 0.25, l2: 2 }),
    formula: (values) => 0.25 * absolute(values) + 2 * squares(values),
    kinks: [0],
  },
};

regularizerSuite(rows, { describe, test }, { plugins: [regularizers], backend: cpu() });

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
