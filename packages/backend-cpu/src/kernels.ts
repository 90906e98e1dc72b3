import type { Kernels } from "@gradloom/core/backend";
import * as elementwise from "./elementwise.ts";
import * as gathering from "./gather.ts";
import { matmul } from "./matmul.ts";
import * as movement from "./movement.ts";
import { randomBits } from "./random.ts";
import * as reductions from "./reduce.ts";
import { sort } from "./sort.ts";
import * as sliding from "./windows.ts";

/** What every primitive means: one plain TypeScript kernel each, the reference of all other backends. */
export const kernels: Kernels = {
  ...elementwise,
  ...reductions,
  sort,
  matmul,
  ...movement,
  ...gathering,
  ...sliding,
  randomBits,
};
