import { showValue } from "../errors/show-value.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, flag } from "../errors/rules.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import { seenFrom } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scatterAlong } from "./gather.ts";
import { applyAll, checkTensor } from "./apply.ts";
import { axisOf, reshape } from "./axes.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { sliceAxis } from "./movement.ts";

const sortOperation: Operation<Primitives["sort"]> = /*#__PURE__*/ corePrimitive("sort", {
  infer: ([x]) => [x!, { shape: x!.shape, dtype: "int32" }],
  grad: ({ inputs: [x], outputs: [, positions], incoming: [dy] }) => [
    () => scatterAlong(dy!, positions!, x!.shape[1]!),
  ],
});

/** Along which axis to sort (the last if left out), and whether from the largest. */
export interface SortOptions {
  readonly axis?: number;
  readonly descending?: boolean;
}

const sortFields: Fields<SortOptions> = { axis: axisNumber, descending: flag };

/** The sorted numbers and their positions, both of x's shape. */
function sorted(name: string, x: Tensor, options: SortOptions): readonly [Tensor, Tensor] {
  checkOptions(name, sortFields, options);
  const { axis = -1, descending = false } = options;
  const at = axisOf(name, axis, x.rank);
  const [numbers, positions] = applyAll(sortOperation, [reshape(x, seenFrom(x.shape, at))], { descending });
  return [reshape(numbers!, x.shape), reshape(positions!, x.shape)];
}

/** The numbers along an axis in order; equal ones keep theirs, NaN counts as largest. */
export function sort(x: Tensor, options: SortOptions = {}): Tensor {
  checkTensor("sort", x);
  return sorted("sort", x, options)[0];
}

/** Where the numbers of `sort` come from: int32 positions along the axis. */
export function argSort(x: Tensor, options: SortOptions = {}): Tensor {
  checkTensor("argSort", x);
  return sorted("argSort", x, options)[1];
}

/** Along which axis to look (the last if left out), and whether for the largest (default) or the smallest. */
export interface TopKOptions {
  readonly axis?: number;
  readonly largest?: boolean;
}

const topKFields: Fields<TopKOptions> = { axis: axisNumber, largest: flag };

/** The k largest numbers along an axis, from the largest, and their int32 positions; of equal ones the first. NaN counts as largest. */
export function topK(
  x: Tensor,
  k: number,
  options: TopKOptions = {},
): { readonly values: Tensor; readonly indices: Tensor } {
  checkTensor("topK", x);
  checkOptions("topK", topKFields, options);
  const { axis = -1, largest = true } = options;
  const at = axisOf("topK", axis, x.rank);
  if (!Number.isInteger(k) || k < 0 || k > x.shape[at]!) {
    throw new GradloomError(
      "top-k",
      `topK: k is ${showValue(k)}, axis ${at} of ${show(x.shape)} has size ${x.shape[at]}; k must be a whole number from 0 to that`,
    );
  }
  const [values, indices] = sorted("topK", x, { axis: at, descending: largest });
  return { values: sliceAxis(values, at, 0, k), indices: sliceAxis(indices, at, 0, k) };
}
