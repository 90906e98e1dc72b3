import { relu } from "@gradloom/activations";
import { compile, reshape } from "@gradloom/core";
import { type Arrays, largestError, randomNumbers } from "../arrays.ts";
import { DenseNetwork, denseArrays } from "../dense-network.ts";
import { atMost } from "../goal.ts";
import { product, relu as referenceRelu } from "../reference-network.ts";
import type { Group } from "../workload.ts";

const sizes = [784, 512, 256, 10];

function expected(arrays: Arrays): Float64Array {
  let y = Float64Array.from(arrays["x"]!.data);
  for (let layer = 0; layer < sizes.length - 1; layer++) {
    const [inner, units] = [sizes[layer]!, sizes[layer + 1]!];
    const bias = arrays[`bias${layer}`]!.data;
    y = product({ data: y }, { data: arrays[`kernel${layer}`]!.data }, 1, inner, units).map(
      (value, at) => value + bias[at]!,
    );
    if (layer < sizes.length - 2) y = y.map(referenceRelu.value);
  }
  return y;
}

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
        const right = expected(arrays);
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
  goals: [atMost("predict/mlp", "wasm", 0.08)],
};
