import type { Grouping } from "./fuse.ts";
import type { Accepts } from "./lower.ts";

/** What decides how programs are built for a backend. */
export interface Target {
  /** Whether the backend has a kernel of its own for an operation with a meaning; none if left out. */
  readonly operation?: Accepts;
  /** What it takes as one step: runs of elementwise operations if left out, with `rowGroups` also reductions along rows. */
  readonly groups?: Grouping;
}
