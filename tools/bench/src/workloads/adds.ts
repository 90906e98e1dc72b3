import { gradients, sum, type Tensor } from "@gradloom/core";
import { largestError } from "../arrays.ts";
import { tensorOf } from "../dense-network.ts";
import { timesAsFast } from "../performance-goal.ts";
import type { Group } from "../workload.ts";

const additions = 1000;

/** Many tiny operations that depend on each other: what one operation costs besides arithmetic. */
export const adds: Group = {
  name: "adds",
  title: "1,000 dependent additions",
  about:
    "y = x + x + … with 1,000 additions of four numbers, and the gradient of sum(y), which is read. Nothing is compiled by the user: ours builds its graph at every run, jax-js runs without jit.",
  rows: [
    {
      name: "1000",
      inputs: () => ({ x: { shape: [4], data: Float32Array.of(0.1, 0.2, 0.3, 0.4) } }),
      check({ x }) {
        const y = Float64Array.from(x!.data, (value) => value * (additions + 1));
        const dx = new Float64Array(x!.data.length).fill(additions + 1);
        return (outputs) => Math.max(largestError(outputs["y"], y), largestError(outputs["dx"], dx));
      },
    },
  ],
  tolerance: 1e-4,
  gradloom({ arrays }) {
    const x = tensorOf(arrays["x"]!);
    const build = (): readonly [Tensor, Tensor] => {
      let y = x;
      for (let at = 0; at < additions; at++) y = y.add(x);
      return [y, gradients(sum(y), [x])[0]!];
    };
    return {
      run: () => build()[1].data(),
      async outputs() {
        const [y, dx] = build();
        return { dx: await dx.data(), y: await y.data() };
      },
    };
  },
  goals: [timesAsFast("adds/1000", "wasm", "pytorch", 4)],
};
