import { atMost } from "../performance-goal.ts";
import { asPublished, type Group } from "../workload.ts";
import { mlp, mlpInputs } from "./mlp.ts";

/** From nothing to the first step. */
export const start: Group = {
  name: "start",
  title: "From import to the first step",
  about:
    "A fresh process each time: from before the library is imported to the end of the first MLP training step. Packages are as they are published; ours is measured in one bundled file too.",
  rows: [{ name: "mlp", inputs: mlpInputs, check: () => () => 0 }],
  tolerance: mlp.tolerance,
  firstRunOf: mlp.name,
  ways: [asPublished, "bundled"],
  goals: [atMost("start/mlp", "wasm", 150), atMost("start/mlp", "wasm, bundled", 100)],
};
