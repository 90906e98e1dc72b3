import { compile, sum as sumOf } from "@gradloom/core";
import { largestError, randomNumbers } from "../arrays.ts";
import { tensorOf } from "../dense-network.ts";
import type { PerformanceGoal } from "../performance-goal.ts";
import type { Group } from "../workload.ts";

function exactTo(entry: string, most: number): PerformanceGoal {
  return {
    says: `sum/1M: ${entry} is right to ${most}`,
    measured: (results) => results.find("sum/1M", entry)?.error,
    unit: "",
    most,
  };
}

/** How fast and how exact a long sum is. */
export const sum: Group = {
  name: "sum",
  title: "Sum of 1 M numbers",
  about: "The sum of 1,000,000 float32 numbers between 0 and 1, with its distance from the float64 sum.",
  rows: [
    {
      name: "1M",
      inputs: () => ({ x: randomNumbers(1, [1_000_000], 0, 1) }),
      check({ x }) {
        const right = Float64Array.from(x!.data).reduce((total, value) => total + value);
        return ({ y }) => largestError(y, [right]);
      },
    },
  ],
  tolerance: 1e-2,
  tellErrors: true,
  gradloom({ arrays }) {
    const x = tensorOf(arrays["x"]!);
    const run = compile(() => sumOf(x));
    return { run, outputs: async () => ({ y: await run().data() }) };
  },
  goals: [exactTo("cpu", 1e-6), exactTo("wasm", 1e-6)],
};
