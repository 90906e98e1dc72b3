import { relu } from "@gradloom/activations";
import { compile, mean } from "@gradloom/core";
import { softmaxCrossEntropy } from "@gradloom/losses";
import { type Arrays, largestError, randomIntegers, randomNumbers } from "../arrays.ts";
import type { Case } from "../case.ts";
import { DenseNetwork, denseArrays, tensorOf } from "../dense-network.ts";
import { timesAsFast, timesAsLong } from "../performance-goal.ts";
import { relu as referenceRelu, referenceLosses, softmaxCrossEntropy as crossEntropyOf } from "../reference-network.ts";
import type { Given, Group } from "../workload.ts";

const sizes = [784, 512, 256, 10];
const batch = 128;
const learningRate = 1e-3;
const checkedSteps = 5;

/** Multiplications and additions of the products: forward, and both gradients but that of the data. */
const operations = 2 * batch * (3 * (784 * 512 + 512 * 256 + 256 * 10) - 784 * 512);

export function mlpInputs(): Arrays {
  const x = randomNumbers(1, [batch, sizes[0]!]);
  return {
    x: { ...x, data: x.data.map((value) => Math.max(value, 0)) },
    labels: randomIntegers(2, [batch], 10),
    ...denseArrays(sizes),
  };
}

function gradloom({ arrays, way }: Given): Case {
  const network = new DenseNetwork(arrays, sizes.length - 1, relu);
  const optimizer = network.adam(learningRate);
  const x = tensorOf(arrays["x"]!);
  const labels = tensorOf(arrays["labels"]!);
  const step = () => {
    const loss = mean(softmaxCrossEntropy(network.call(x), labels));
    optimizer.step(loss);
    return loss;
  };
  const run = way === "uncompiled" ? step : compile(step);
  return {
    run,
    async outputs() {
      const losses: number[] = [];
      for (let at = 0; at < checkedSteps; at++) losses.push(await run().item());
      return { losses };
    },
  };
}

/** One training step of a network for digits. */
export const mlp: Group = {
  name: "mlp",
  title: "Training step of an MLP",
  about:
    "One step of Adam for 784-512-256-10 with ReLU and softmax cross-entropy, batch 128. The losses of the first five steps are compared with float64.",
  rows: [
    {
      name: "step",
      operations,
      inputs: mlpInputs,
      check(inputs) {
        const expected = referenceLosses(inputs, checkedSteps, {
          layers: sizes.length - 1,
          activation: referenceRelu,
          loss: crossEntropyOf(inputs["labels"]!.data),
          learningRate,
        });
        return ({ losses }) => largestError(losses, expected);
      },
    },
  ],
  tolerance: 1e-4,
  ways: ["compiled", "uncompiled"],
  gradloom,
  goals: [
    timesAsFast("mlp/step", "cpu", "tfjs-cpu", 6),
    timesAsLong("mlp/step", "cpu, uncompiled", "cpu", 1.15),
    timesAsFast("mlp/step", "wasm", "jax-js", 2.2),
    timesAsFast("mlp/step", "wasm", "tfjs-wasm", 20),
    timesAsLong("mlp/step", "wasm", "pytorch", 1.15),
    timesAsLong("mlp/step", "wasm-256", "pytorch", 1),
    timesAsLong("mlp/step", "wasm, uncompiled", "wasm", 1.15),
    timesAsFast("mlp/step", "wasm-2", "wasm", 1.6),
    timesAsLong("mlp/step", "wasm-2", "pytorch", 1),
  ],
};
