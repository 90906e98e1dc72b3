import type { Group } from "./workload.ts";
import { adds } from "./workloads/adds.ts";
import { chain } from "./workloads/chain.ts";
import { graphCost } from "./workloads/graph-cost.ts";
import { layerNorm } from "./workloads/layer-norm.ts";
import { matmul } from "./workloads/matmul.ts";
import { mlp } from "./workloads/mlp.ts";
import { peak } from "./workloads/peak.ts";
import { predict } from "./workloads/predict.ts";
import { softmax } from "./workloads/softmax.ts";
import { start } from "./workloads/start.ts";
import { sum } from "./workloads/sum.ts";
import { xor } from "./workloads/xor.ts";

/** Everything that can be measured, in the order of the tables. */
export const groups: readonly Group[] = [
  peak,
  mlp,
  predict,
  xor,
  adds,
  matmul,
  chain,
  softmax,
  layerNorm,
  sum,
  start,
  graphCost,
];
