import type { Goal } from "../tensor/device.ts";
import { fuse } from "./fuse.ts";
import { type Accepts, lower } from "./lower.ts";
import { order } from "./order.ts";
import { plan } from "./plan.ts";
import type { Program } from "./program.ts";
import type { Slot } from "../tensor/recording.ts";

/** The way from a graph to a program: lower (simplify, merge, drop), fuse, order, plan memory. Graphs inside become programs inside. */
export function buildProgram(goals: readonly Goal[], slots: readonly Slot[], accepts: Accepts): Program {
  return plan(order(fuse(lower(goals, slots, accepts))), ({ goals: results, parameters }) =>
    buildProgram(
      results,
      parameters.map((tensor) => ({ tensor, storage: tensor.storage! })),
      accepts,
    ),
  );
}
