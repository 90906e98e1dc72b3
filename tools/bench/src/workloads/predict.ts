import { relu } from "@gradloom/activations";
import { compile, reshape } from "@gradloom/core";
import { largestError, randomNumbers } from "../arrays.ts";
import { DenseNetwork, denseArrays } from "../dense-network.ts";
import { atMost, timesAsLong } from "../performance-goal.ts";
import { referenceOutput, relu as referenceRelu } from "../reference-network.ts";
import type { Group } from "../workload.ts";

const sizes = [784, 512, 256, 10];

/** One sample through a network. */
export const predict: Group = {
  name: "predict",
  title: "One prediction",
  about: "The logits of one sample by 784-512-256-10: a fresh typed array goes in, a typed array comes out.",
  rows: [
    {
      name: "mlp",
      inputs: () => ({ x: randomNumbers(1, [784]), ...denseArrays(sizes) }),
      check(arrays) {
        const right = referenceOutput(arrays, { layers: sizes.length - 1, activation: referenceRelu });
        return ({ logits }) => largestError(logits, right);
      },
    },
  ],
  tolerance: 1e-5,
  gradloom({ arrays }) {
    const network = new DenseNetwork(arrays, sizes.length - 1, relu);
    const logits = compile((x) => network.call(reshape(x, [1, 784])));
    const sample = arrays["x"]!.data;
    return {
      run: () => logits(sample).data(),
      outputs: async () => ({ logits: await logits(sample).data() }),
    };
  },
  goals: [atMost("predict/mlp", "wasm", 0.08), timesAsLong("predict/mlp", "wasm-2", "wasm", 1.05)],
};
