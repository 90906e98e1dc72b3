import type { Goal } from "../tensor/graph.ts";
import { elementwiseGroups, fuse } from "./fuse.ts";
import { lower } from "./lower.ts";
import { order } from "./order.ts";
import { plan } from "./plan.ts";
import type { Program } from "./program.ts";
import type { Slot } from "../tensor/recording.ts";
import type { OnMeaning, Target } from "./target.ts";

/** The way from a graph to a program: lower (simplify, merge, drop), fuse, order, plan memory. Graphs inside become programs inside. */
export function buildProgram(
  goals: readonly Goal[],
  slots: readonly Slot[],
  target: Target,
  onMeaning: OnMeaning,
): Program {
  const { kernelOf, groups = elementwiseGroups } = target;
  return plan(order(fuse(lower(goals, slots, kernelOf, onMeaning), groups)), (body) =>
    body.within(() =>
      buildProgram(
        body.goals,
        body.parameters.map((tensor) => ({ tensor, storage: tensor.storage! })),
        target,
        onMeaning,
      ),
    ),
  );
}
