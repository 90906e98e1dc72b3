import { relu } from "@gradloom/activations";
import { add, compile, exp, mul, sum } from "@gradloom/core";
import { type Arrays, largestError, randomNumbers } from "../arrays.ts";
import { tensorOf } from "../dense-network.ts";
import { timesAsFastAsAny, timesAsLong } from "../performance-goal.ts";
import type { Group } from "../workload.ts";

const [rows, columns] = [1024, 1024];

function expected({ x, w, b }: Arrays): number {
  let sumOfAll = 0;
  for (let at = 0; at < rows * columns; at++)
    sumOfAll += Math.exp(Math.max(x!.data[at]! * w!.data[at % columns]! + b!.data[at % columns]!, 0));
  return sumOfAll;
}

/** A run of element-wise operations that a library may do in one pass over memory. */
export const chain: Group = {
  name: "chain",
  title: "Element-wise chain",
  about: "sum(exp(relu(x w + b))) for x [1024, 1024], w and b [1024], forward only.",
  rows: [
    {
      name: "1M",
      inputs: () => ({
        x: randomNumbers(1, [rows, columns]),
        w: randomNumbers(2, [columns]),
        b: randomNumbers(3, [columns]),
      }),
      check(arrays) {
        const right = expected(arrays);
        return ({ y }) => largestError(y, [right]);
      },
    },
  ],
  tolerance: 1e-3,
  gradloom({ arrays }) {
    const [x, w, b] = [tensorOf(arrays["x"]!), tensorOf(arrays["w"]!), tensorOf(arrays["b"]!)];
    const run = compile(() => sum(exp(relu(add(mul(x, w), b)))));
    return { run, outputs: async () => ({ y: await run().data() }) };
  },
  goals: [
    timesAsFastAsAny("chain/1M", "wasm", ["tfjs-cpu", "tfjs-wasm", "jax-js"], 8),
    timesAsLong("chain/1M", "wasm", "pytorch", 1),
  ],
};
