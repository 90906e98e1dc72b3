import { softmax as softmaxOf, vectorJacobianProduct } from "@gradloom/core";
import { type Arrays, largestError, randomNumbers } from "../arrays.ts";
import type { Outputs } from "../case.ts";
import { tensorOf } from "../dense-network.ts";
import { timesAsLong } from "../performance-goal.ts";
import { aboutResults, caseOf, ways } from "../results-case.ts";
import type { Group } from "../workload.ts";

const [rows, columns] = [1024, 1000];
/** Rows at this distance are compared with float64. */
const checkedStep = 64;

function errorOf(outputs: Outputs, { x, dy }: Arrays): number {
  const errors: number[] = [];
  for (let row = 0; row < rows; row += checkedStep) {
    const range = [row * columns, (row + 1) * columns] as const;
    const powers = Float64Array.from(x!.data.slice(...range), Math.exp);
    const total = powers.reduce((a, b) => a + b);
    const y = powers.map((power) => power / total);
    const arriving = dy!.data.slice(...range);
    const mean = y.reduce((sum, value, at) => sum + value * arriving[at]!, 0);
    const expected: Readonly<Record<string, Float64Array>> = {
      y,
      dx: y.map((value, at) => value * (arriving[at]! - mean)),
    };
    for (const [name, values] of Object.entries(outputs))
      errors.push(largestError(Array.prototype.slice.call(values, ...range), expected[name]!));
  }
  return errors.length === 0 ? Infinity : Math.max(...errors);
}

function inputs(): Arrays {
  return { x: randomNumbers(1, [rows, columns], -4, 4), dy: randomNumbers(2, [rows, columns]) };
}

/** Softmax along rows. */
export const softmax: Group = {
  name: "softmax",
  title: "Softmax",
  about: `Softmax along the rows of [1024, 1000], alone and with the gradient for a given dy. ${aboutResults}`,
  rows: [
    {
      name: "forward",
      parameters: { backward: false },
      inputs,
      check: (arrays) => (outputs) => errorOf(outputs, arrays),
    },
    {
      name: "forward-backward",
      parameters: { backward: true },
      inputs,
      check: (arrays) => (outputs) => errorOf(outputs, arrays),
    },
  ],
  tolerance: 1e-5,
  ways,
  gradloom({ parameters, arrays, way }) {
    const [x, dy] = [tensorOf(arrays["x"]!), tensorOf(arrays["dy"]!)];
    return caseOf(way, () => {
      const y = softmaxOf(x);
      return parameters["backward"] === true ? { y, dx: vectorJacobianProduct(y, dy, [x])[0]! } : { y };
    });
  },
  goals: ["softmax/forward", "softmax/forward-backward"].flatMap((row) => [
    timesAsLong(row, "wasm", "pytorch", 1.3),
    timesAsLong(row, "wasm, into variables", "pytorch", 1.3),
  ]),
};
