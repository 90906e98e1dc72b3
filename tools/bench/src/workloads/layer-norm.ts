import { add, div, mean, mul, sqrt, sub, type Tensor, vectorJacobianProduct } from "@gradloom/core";
import { type Arrays, largestError, randomNumbers } from "../arrays.ts";
import type { Outputs } from "../case.ts";
import { tensorOf } from "../dense-network.ts";
import { timesAsLong } from "../performance-goal.ts";
import { aboutResults, caseOf, ways } from "../results-case.ts";
import type { Group } from "../workload.ts";

const [rows, columns] = [1024, 768];
const epsilon = 1e-5;

/** (x - mean) / √(variance + ε) γ + β along the last axis */
function normalized(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const centered = sub(x, mean(x, { axis: -1, keepDims: true }));
  const variance = mean(mul(centered, centered), { axis: -1, keepDims: true });
  return add(mul(mul(centered, div(1, sqrt(add(variance, epsilon)))), scale), shift);
}

function meanOf(numbers: Float64Array): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function expected({ x, dy, scale, shift }: Arrays): Readonly<Record<string, Float64Array>> {
  const [y, dx] = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  const [dscale, dshift] = [new Float64Array(columns), new Float64Array(columns)];
  for (let row = 0; row < rows; row++) {
    const range = [row * columns, (row + 1) * columns] as const;
    const from = Float64Array.from(x!.data.slice(...range));
    const arriving = Float64Array.from(dy!.data.slice(...range));
    const middle = meanOf(from);
    const deviation = Math.sqrt(meanOf(from.map((value) => (value - middle) ** 2)) + epsilon);
    const normal = from.map((value) => (value - middle) / deviation);
    const slope = arriving.map((value, at) => value * scale!.data[at]!);
    const [mean1, mean2] = [meanOf(slope), meanOf(slope.map((value, at) => value * normal[at]!))];
    for (let at = 0; at < columns; at++) {
      y[range[0] + at] = normal[at]! * scale!.data[at]! + shift!.data[at]!;
      dx[range[0] + at] = (slope[at]! - mean1 - normal[at]! * mean2) / deviation;
      dscale[at]! += arriving[at]! * normal[at]!;
      dshift[at]! += arriving[at]!;
    }
  }
  return { y, dx, dscale, dshift };
}

function inputs(): Arrays {
  const shape = [rows, columns];
  return {
    x: randomNumbers(1, shape, -4, 4),
    dy: randomNumbers(2, shape),
    scale: randomNumbers(3, [columns], 0.5, 2),
    shift: randomNumbers(4, [columns]),
  };
}

function check(arrays: Arrays): (outputs: Outputs) => number {
  const right = expected(arrays);
  return (outputs) => {
    const errors = Object.entries(outputs).map(([name, values]) => largestError(values, right[name]!));
    return errors.length === 0 ? Infinity : Math.max(...errors);
  };
}

/** The normalization of a layer along rows. */
export const layerNorm: Group = {
  name: "layer-norm",
  title: "Layer normalization",
  about: `Along the rows of [1024, 768], with scale and shift, alone and with the gradients of all three for a given dy. ${aboutResults}`,
  rows: [
    { name: "forward", parameters: { backward: false }, inputs, check },
    { name: "forward-backward", parameters: { backward: true }, inputs, check },
  ],
  tolerance: 1e-4,
  ways,
  gradloom({ parameters, arrays, way }) {
    const names = ["x", "scale", "shift"] as const;
    const given = names.map((name) => tensorOf(arrays[name]!)) as [Tensor, Tensor, Tensor];
    const dy = tensorOf(arrays["dy"]!);
    return caseOf(way, () => {
      const y = normalized(...given);
      if (parameters["backward"] !== true) return { y };
      const [dx, dscale, dshift] = vectorJacobianProduct(y, dy, given) as [Tensor, Tensor, Tensor];
      return { y, dx, dscale, dshift };
    });
  },
  goals: ["layer-norm/forward", "layer-norm/forward-backward"].flatMap((row) => [
    timesAsLong(row, "wasm", "pytorch", 1.3),
    timesAsLong(row, "wasm, into variables", "pytorch", 1.3),
  ]),
};
