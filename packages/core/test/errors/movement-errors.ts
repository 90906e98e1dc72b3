import {
  broadcastTo,
  concat,
  diagonal,
  expandDims,
  flatten,
  full,
  iota,
  moveAxis,
  pad,
  repeat,
  reshape,
  roll,
  slice,
  split,
  squeeze,
  stack,
  tensor,
  tile,
  transpose,
  triu,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const triple = tensor([1, 2, 3]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });

/** Errors of operations that move numbers. */
export const movementErrors: readonly ErrorCase[] = [
  [
    "axis-range",
    "split: axis -3 meets a tensor of rank 2; it must be an integer from -2 to 1",
    () => split(matrix, 1, -3),
  ],
  [
    "split-sizes",
    "split: axis 0 of [2] has size 2; the sizes of 3 equal parts must be whole and add up to it",
    () => split(pair, 3),
  ],
  [
    "split-sizes",
    "split: axis 1 of [2, 3] has size 3; [1, 1] must be whole and add up to it",
    () => split(matrix, [1, 1], 1),
  ],
  [
    "split-sizes",
    "split: axis 0 of [2] has size 2; the sizes of -1 equal parts must be whole and add up to it",
    () => split(pair, -1),
  ],
  [
    "reshape-size",
    "reshape: [2, 3] holds 6 numbers, [4, 2] does not; the sizes must multiply to the same number (one may be -1)",
    () => reshape(matrix, [4, 2]),
  ],
  [
    "reshape-size",
    "reshape: [2, 3] holds 6 numbers, [-1, -1] does not; the sizes must multiply to the same number (one may be -1)",
    () => reshape(matrix, [-1, -1]),
  ],
  [
    "broadcast-to",
    "broadcastTo: cannot stretch [2, 3] to [2, 2]; every size must be 1 or the target's",
    () => broadcastTo(matrix, [2, 2]),
  ],
  [
    "transpose-axes",
    "transpose: axes [0, 0] meet a tensor of rank 2; each axis must appear once",
    () => transpose(matrix, [0, 0]),
  ],
  [
    "slice-step",
    "slice: start 0, end 1, step 0 on axis 0; they must be integers and the step not 0",
    () => slice(matrix, [0], [1], [0]),
  ],
  ["slice-rank", "slice: bounds for 2 axes meet [2] of rank 1; give at most one per axis", () => slice(pair, [0, 0])],
  [
    "slice-bounds",
    "slice: [0, Symbol(x)] are no bounds; give a number for each axis, in lists",
    () => slice(pair, [0, Symbol("x")] as never),
  ],
  ["concat-empty", "concat: the list of tensors is empty; give at least one", () => concat([])],
  [
    "concat-shapes",
    "concat: [2, 3] meets [3, 3] along axis 1; all other sizes must be equal",
    () => concat([matrix, full([3, 3], 1)], 1),
  ],
  ["stack-empty", "stack: the list of tensors is empty; give at least one", () => stack([])],
  [
    "stack-shapes",
    "stack: [2] meets [3]; all must have one shape, use concat along an axis that they have",
    () => stack([pair, triple]),
  ],
  [
    "stack-shapes",
    "stack: [2, 3] meets [3]; all must have one shape, use concat along an axis that they have",
    () => stack([matrix, iota(3)]),
  ],
  ["squeeze-size", "squeeze: axis 0 of [2, 3] has size 2; only axes of size 1 can go", () => squeeze(matrix, 0)],
  ["squeeze-size", "squeeze: axis 1 of [2, 3] has size 3; only axes of size 1 can go", () => squeeze(matrix, 1)],
  [
    "flatten-order",
    "flatten: start 1 comes after end 0 in [2, 3]; give the earlier axis first",
    () => flatten(matrix, { start: 1, end: 0 }),
  ],
  [
    "axis-count",
    "moveAxis: axes [0, 1] meet places [0]; give one place for each axis",
    () => moveAxis(matrix, [0, 1], 0),
  ],
  [
    "axis-twice",
    "moveAxis: axes [0, 0] name one axis twice; each may appear once",
    () => moveAxis(matrix, [0, 0], [0, 1]),
  ],
  [
    "diagonal-axes",
    "diagonal: axes [0, 1] of [2, 3] have sizes 2 and 3; they must be two axes of one size",
    () => diagonal(matrix),
  ],
  [
    "pad-widths",
    "pad: widths [[1, 1]] meet [2, 3]; give [before, after] for each of the 2 axes, whole numbers of 0 or more",
    () => pad(matrix, [[1, 1]]),
  ],
  [
    "pad-empty",
    "pad: axis 0 of [0] is empty, so there is nothing that mode edge could repeat; use mode constant",
    () => pad(tensor([], { shape: [0] }), 1, { mode: "edge" }),
  ],
  [
    "pad-widths",
    "pad: widths [[-1, -1], [-1, -1]] meet [2, 3]; give [before, after] for each of the 2 axes, whole numbers of 0 or more",
    () => pad(matrix, -1),
  ],
  ["repeat-count", "tile: the counts are [-1]; they must be whole numbers of 0 or more", () => tile(pair, -1)],
  [
    "repeat-count",
    "tile: the counts are [2, -1]; they must be whole numbers of 0 or more",
    () => tile(matrix, [2, -1]),
  ],
  [
    "repeat-counts",
    "repeat: 3 counts meet axis 0 of [2], which has size 2; give one count for each slice",
    () => repeat(pair, [1, 2, 3], { axis: 0 }),
  ],
  [
    "repeat-counts",
    "repeat: 3 counts meet axis 0 of [2, 3], which has size 2; give one count for each slice",
    () => repeat(matrix, [1, 1, 1], { axis: 0 }),
  ],
  [
    "roll-count",
    "roll: shifts [1, 2] meet axes [0]; give one shift for each axis",
    () => roll(matrix, [1, 2], { axis: 0 }),
  ],
  ["roll-shift", "roll: the shift is 0.5; it must be a whole number", () => roll(pair, 0.5)],
  [
    "roll-count",
    "roll: shifts [1] meet axes [0, 1]; give one shift for each axis",
    () => roll(matrix, 1, { axis: [0, 1] }),
  ],
  ["triangle-rank", "triu: [2] is no matrix; it needs at least two axes", () => triu(pair)],
  ["triangle-rank", "triu: [3] is no matrix; it needs at least two axes", () => triu(iota(3))],
  [
    "axis-range",
    "expandDims: axis 3 meets a tensor of rank 3; it must be an integer from -3 to 2",
    () => expandDims(matrix, 3),
  ],
];
