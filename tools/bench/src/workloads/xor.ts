import { compile, mean, mul, sigmoid, sub, tanh } from "@gradloom/core";
import { largestError } from "../arrays.ts";
import type { Case } from "../case.ts";
import { DenseNetwork, denseArrays, tensorOf } from "../dense-network.ts";
import { atMost, timesAsFast, timesAsLong } from "../performance-goal.ts";
import { referenceLosses, sigmoidMeanSquaredError, tanh as referenceTanh } from "../reference-network.ts";
import type { Given, Group } from "../workload.ts";

const sizes = [2, 8, 1];
const steps = 1000;
const learningRate = 0.05;

function gradloom({ arrays, way }: Given): Case {
  const network = new DenseNetwork(arrays, sizes.length - 1, tanh);
  const optimizer = network.adam(learningRate);
  const x = tensorOf(arrays["x"]!);
  const y = tensorOf(arrays["y"]!);
  const step = () => {
    const apart = sub(sigmoid(network.call(x)), y);
    const loss = mean(mul(apart, apart));
    optimizer.step(loss);
    return loss;
  };
  const once = way === "uncompiled" ? step : compile(step);
  const cells = [...network.parameters, ...optimizer.state.map(({ variable }) => variable)];
  const first = cells.map(({ value }) => value);
  const restart = () => cells.forEach((cell, at) => cell.assign(first[at]!));
  const run = () => {
    restart();
    for (let at = 1; at < steps; at++) once();
    return once();
  };
  return { run: () => void run(), outputs: async () => ({ loss: await run().data() }) };
}

/** A tiny network trained from its first weights: what a step costs besides arithmetic. */
export const xor: Group = {
  name: "xor",
  title: "XOR, 1,000 steps",
  about:
    "1,000 full-batch steps of Adam for 2-8-1 with tanh, sigmoid and mean squared error, from the first weights on. The last loss is compared with float64.",
  rows: [
    {
      name: "1000-steps",
      inputs: () => ({
        x: { shape: [4, 2], data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) },
        y: { shape: [4, 1], data: Float32Array.of(0, 1, 1, 0) },
        ...denseArrays(sizes),
      }),
      check(arrays) {
        const expected = referenceLosses(arrays, steps, {
          layers: sizes.length - 1,
          activation: referenceTanh,
          loss: sigmoidMeanSquaredError(arrays["y"]!.data),
          learningRate,
        });
        return ({ loss }) => largestError(loss, expected.slice(-1));
      },
    },
  ],
  tolerance: 1e-2,
  ways: ["compiled", "uncompiled"],
  gradloom,
  goals: [
    atMost("xor/1000-steps", "wasm", 2),
    atMost("xor/1000-steps", "wasm, uncompiled", 150),
    timesAsFast("xor/1000-steps", "wasm", "tfjs-cpu", 150),
    timesAsFast("xor/1000-steps", "wasm", "jax-js", 150),
    timesAsFast("xor/1000-steps", "wasm", "pytorch", 150),
    timesAsLong("xor/1000-steps", "wasm-2", "wasm", 1.05),
  ],
};
