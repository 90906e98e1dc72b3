import { wasm } from "@gradloom/backend-wasm";
import * as core from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { describe, expect, test } from "vitest";

type Range = readonly [from: number, to: number];

/** A function of single-precision numbers, how many units in the last place it may be off, and where it is tried. */
interface Accuracy {
  readonly call: (x: core.Tensor) => core.Tensor;
  readonly exact: (x: number) => number;
  readonly units: number;
  readonly ranges: readonly Range[];
}

const size = 40_000;

/** erf by Taylor's series below 3 and its complement's continued fraction above. */
function erf(x: number): number {
  const distance = Math.abs(x);
  if (distance < 3) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= -(x * x) / n;
      total += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = distance;
  for (let n = 60; n > 0; n--) fraction = distance + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction);
}

const near: Range = [-1e-3, 1e-3];

const angles: readonly Range[] = [
  [-3, 3],
  [-100, 100],
  [-8192, 8192],
  [-1e9, 1e9],
];

const accuracies: Readonly<Record<string, Accuracy>> = {
  exp: { call: core.exp, exact: Math.exp, units: 1.3, ranges: [[-103, 88.7], [-1, 1], near] },
  expm1: { call: core.expm1, exact: Math.expm1, units: 1.7, ranges: [[-20, 88.7], [-1, 1], near] },
  log: {
    call: core.log,
    exact: Math.log,
    units: 0.9,
    ranges: [
      [1e-44, 1e38],
      [0.5, 2],
      [0.99, 1.01],
    ],
  },
  log1p: { call: core.log1p, exact: Math.log1p, units: 1.5, ranges: [[-0.999, 1000], [-0.5, 1], near] },
  tanh: { call: core.tanh, exact: Math.tanh, units: 2.6, ranges: [[-10, 10], [-1, 1], near] },
  sin: {
    call: core.sin,
    exact: Math.sin,
    units: 2.5,
    ranges: angles,
  },
  cos: {
    call: core.cos,
    exact: Math.cos,
    units: 2.5,
    ranges: angles,
  },
  atan: {
    call: core.atan,
    exact: Math.atan,
    units: 2.2,
    ranges: [
      [-10, 10],
      [-0.5, 0.5],
      [-1e5, 1e5],
    ],
  },
  erf: { call: core.erf, exact: erf, units: 1.3, ranges: [[-5, 5], [-1, 1], near] },
  sqrt: {
    call: core.sqrt,
    exact: Math.sqrt,
    units: 0.5,
    ranges: [
      [0, 100],
      [0, 1e-40],
    ],
  },
  "pow with an exponent": {
    call: (x) => core.pow(x, 2.5),
    exact: (x) => x ** 2.5,
    units: 0.51,
    ranges: [
      [0, 100],
      [0, 1e-15],
      [0, 1e15],
    ],
  },
  "pow with a base": {
    call: (x) => core.pow(0.5, x),
    exact: (x) => 0.5 ** x,
    units: 0.51,
    ranges: [
      [-127, 149],
      [0, 10],
    ],
  },
};

/** Numbers of the range, in equal steps, or equal factors if it spans many powers of ten. */
function spread([from, to]: Range): Float32Array {
  const logarithmic = from > 0 && to / from > 1e6;
  return Float32Array.from({ length: size }, (_, at) => {
    const place = (at + 0.5) / size;
    return logarithmic ? from * (to / from) ** place : from + (to - from) * place;
  });
}

function unitAt(x: number): number {
  return 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(x))) - 23);
}

async function worst(backend: Backend, { call, exact }: Accuracy, range: Range): Promise<number> {
  const x = spread(range);
  const y = await core
    .compile((input: core.Tensor) => call(input), { backend })(x)
    .data();
  return x.reduce((most, value, at) => {
    const expected = exact(value);
    return expected === 0
      ? Math.max(most, Math.abs(y[at]!))
      : Math.max(most, Math.abs(y[at]! - expected) / unitAt(expected));
  }, 0);
}

for (const relaxed of [true, false]) {
  describe(`units in the last place, ${relaxed ? "with multiply-add if the engine has it" : "without multiply-add"}`, () => {
    const backend = wasm({ relaxed });
    for (const [name, accuracy] of Object.entries(accuracies)) {
      test(`${name} is within ${accuracy.units}`, async () => {
        for (const range of accuracy.ranges) {
          const units = await worst(backend, accuracy, range);
          expect(units).toBeLessThanOrEqual(accuracy.units);
        }
      });
    }

    test("a product of 2^n overflows and underflows where it should", async () => {
      const edge = [88.72283, 88.72284, 89, -87.4, -103.9, -104, Infinity, -Infinity];
      const y = await core
        .compile((x: core.Tensor) => core.exp(x), { backend })(Float32Array.from(edge))
        .data();
      expect(Array.from(y, Number.isFinite)).toEqual([true, false, false, true, true, true, false, true]);
      expect(y[4]).toBe(2 ** -149);
      expect([y[5], y[7]]).toEqual([0, 0]);
    });
  });
}
