import type { Primitives } from "@gradloom/core/backend";
import type { Elementwise } from "../elements/formulas.ts";
import type { Lowering } from "../program/call.ts";
import { iota, randomBits } from "./counting.ts";
import { cumsum } from "./cumsum.ts";
import { argMax } from "./arg-max.ts";
import { gather, scatterAdd } from "./gather.ts";
import { matmul } from "./matmul/matmul.ts";
import * as movement from "./movement.ts";
import { maxReducer } from "./max.ts";
import { overlapAdd } from "./overlap-add.ts";
import { reduction } from "./reduction.ts";
import { sort } from "./sort.ts";
import { sumReducer } from "./sum.ts";

/** The primitives that are steps of their own; elementwise ones are parts of groups. */
type Standalone = Exclude<keyof Primitives, Elementwise> | "copy";

/** How each primitive becomes calls of kernels. */
export const lowerings: { readonly [Name in Standalone]: Lowering<Primitives[Name]> } = {
  ...movement,
  sum: /*#__PURE__*/ reduction(sumReducer),
  max: /*#__PURE__*/ reduction(maxReducer),
  argMax,
  cumsum,
  sort,
  matmul,
  gather,
  scatterAdd,
  overlapAdd,
  randomBits,
  iota,
};
