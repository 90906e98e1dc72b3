import { atMost } from "../goal.ts";
import type { Group } from "../workload.ts";
import { mlp, mlpInputs } from "./mlp.ts";

/** From nothing to the first step. */
export const start: Group = {
  name: "start",
  title: "From import to the first step",
  about:
    "A fresh process each time: from before the library is imported to the end of the first MLP training step. Ours is one bundled file, the others are as their packages ship.",
  rows: [{ name: "mlp", inputs: mlpInputs, check: () => () => 0 }],
  tolerance: mlp.tolerance,
  firstRunOf: mlp.name,
  goals: [atMost("start/mlp", "wasm", 100)],
};
