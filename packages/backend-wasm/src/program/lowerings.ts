import type { Primitives } from "@gradloom/core/backend";
import type { ElementwiseName } from "../mathematics/formulas.ts";
import type { Lowering } from "../kernels/call.ts";
import { iota, randomBits } from "../kernels/counting.ts";
import { cumsum } from "../kernels/cumsum.ts";
import { argMax } from "../kernels/arg-max.ts";
import { gather, scatterAdd } from "../kernels/gather.ts";
import { matmul } from "../kernels/matmul/matmul.ts";
import * as movement from "../kernels/movement.ts";
import { maxReducer } from "../kernels/max.ts";
import { overlapAdd } from "../kernels/overlap-add.ts";
import { reduction } from "../groups/reduction.ts";
import { sort } from "../kernels/sort.ts";
import { sumReducer } from "../kernels/sum.ts";

/** The primitives that are steps of their own; elementwise ones are parts of groups. */
type Standalone = Exclude<keyof Primitives, ElementwiseName> | "copy";

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
