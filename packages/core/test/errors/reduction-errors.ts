import {
  all,
  any,
  argMin,
  countNonzero,
  cumsum,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  reshape,
  softmax,
  standardDeviation,
  sum,
  tensor,
  variance,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });
const image = tensor(new Uint8Array(4));
const none = reshape(tensor([]), [2, 0]);

const axis = (name: string): string => `${name}: axis 2 meets a tensor of rank 2; it must be an integer from -2 to 1`;

/** Errors of operations along axes. */
export const reductionErrors: readonly ErrorCase[] = [
  [
    "storage-dtype",
    'max: uint8 is a storage dtype, uint8 meets uint8; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images',
    () => max(image),
  ],
  [
    "empty-reduction",
    "max: axes [1] of [2, 0] are empty; there is no max of no numbers",
    () => max(tensor([], { shape: [2, 0] }), { axis: 1 }),
  ],
  [
    "axis-range",
    "sum: axis 2 meets a tensor of rank 2; it must be an integer from -2 to 1",
    () => sum(matrix, { axis: 2 }),
  ],
  [
    "axis-range",
    "softmax: axis 0.5 meets a tensor of rank 1; it must be an integer from -1 to 0",
    () => softmax(pair, { axis: 0.5 }),
  ],
  ["axis-twice", "mean: axes [0, 0] name one axis twice; each may appear once", () => mean(matrix, { axis: [0, -2] })],
  ["empty-reduction", "argMin: axes [0] of [0] are empty; there is no argMin of no numbers", () => argMin(tensor([]))],
  ["axis-range", axis("argMin"), () => argMin(matrix, { axis: 2 })],
  [
    "empty-reduction",
    "argMin: axes [1] of [2, 0] are empty; there is no argMin of no numbers",
    () => argMin(none, { axis: 1 }),
  ],
  ["option", "norm: ord is NaN; it must be a number or Infinity", () => norm(pair, { ord: NaN })],
  [
    "unknown-option",
    'sum: no option "axes" (did you mean axis?); it has axis, keepDims',
    () => sum(matrix, { axes: [0] } as never),
  ],
  ["unknown-option", "sum: 1 is no plain object; it has axis, keepDims", () => sum(matrix, 1 as never)],
  ["option", 'max: keepDims is "yes"; it must be true or false', () => max(matrix, { keepDims: "yes" as never })],
  ["axis-range", axis("norm"), () => norm(matrix, { axis: 2 })],
  [
    "empty-reduction",
    "norm: axes [1] of [2, 0] are empty; there is no norm of no numbers",
    () => norm(none, { axis: 1, ord: Infinity }),
  ],
  ["axis-range", axis("min"), () => min(matrix, { axis: 2 })],
  ["empty-reduction", "min: axes [1] of [2, 0] are empty; there is no min of no numbers", () => min(none, { axis: 1 })],
  ["axis-range", axis("prod"), () => prod(matrix, { axis: 2 })],
  [
    "storage-dtype",
    'prod: uint8 is a storage dtype, uint8 meets uint8; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images',
    () => prod(tensor(new Uint8Array([1]))),
  ],
  ["axis-range", axis("any"), () => any(matrix, { axis: 2 })],
  ["axis-range", axis("all"), () => all(matrix, { axis: 2 })],
  ["axis-range", axis("countNonzero"), () => countNonzero(matrix, { axis: 2 })],
  ["axis-range", axis("variance"), () => variance(matrix, { axis: 2 })],
  ["axis-range", axis("standardDeviation"), () => standardDeviation(matrix, { axis: 2 })],
  ["axis-range", axis("logSumExp"), () => logSumExp(matrix, { axis: 2 })],
  ["axis-range", axis("cumsum"), () => cumsum(matrix, { axis: 2 })],
];
