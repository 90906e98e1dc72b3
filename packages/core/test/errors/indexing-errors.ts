import {
  cast,
  full,
  gather,
  iota,
  oneHot,
  overlapAdd,
  scatterAdd,
  slidingWindows,
  takeAlongAxis,
  tensor,
  topK,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const triple = tensor([1, 2, 3]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });

/** Errors of operations that read or write where other numbers say, and of windows. */
export const indexingErrors: readonly ErrorCase[] = [
  ["top-k", "topK: k is 4, axis 0 of [3] has size 3; k must be a whole number from 0 to that", () => topK(triple, 4)],
  [
    "top-k",
    "topK: k is 4, axis 1 of [2, 3] has size 3; k must be a whole number from 0 to that",
    () => topK(matrix, 4),
  ],
  [
    "index-dtype",
    'gather: the indices are float32; they must be whole numbers, e.g. cast(indices, "int32")',
    () => gather(matrix, pair),
  ],
  [
    "index-range",
    "gather: index 2 (number 1 of the indices) meets an axis of size 2; indices must be whole numbers from -2 to 1",
    () => gather(matrix, [0, 2]),
  ],
  [
    "index-range",
    "gather: index 0.5 (number 0 of the indices) meets an axis of size 2; indices must be whole numbers from -2 to 1",
    () => gather(matrix, [0.5]),
  ],
  [
    "index-range",
    "gather: index 0.5 (number 0 of the indices) meets an axis of size 2; indices must be whole numbers from -2 to 1",
    () => gather(matrix, 0.5),
  ],
  [
    "index-range",
    "gather: index 0 (number 0 of the indices) meets an axis of size 0; nothing can be taken from it",
    () => gather(iota(0), [0]),
  ],
  [
    "along-axis",
    "takeAlongAxis: [2, 3] meets indices [3, 1] along axis 1; both need as many axes, and the other sizes must be equal or 1",
    () => takeAlongAxis(matrix, full([3, 1], 0, "int32")),
  ],
  [
    "index-range",
    "takeAlongAxis: index -4 (number 0 of the indices) meets an axis of size 3; indices must be whole numbers from -3 to 2",
    () => takeAlongAxis(matrix, tensor(new Int32Array([-4]))),
  ],
  [
    "option",
    "scatterAdd: length is -1; it must be a whole number of 0 or more",
    () => scatterAdd(pair, [0, 1], { length: -1 }),
  ],
  [
    "scatter-shapes",
    "scatterAdd: updates [2] meet indices [3] at axis 0; the updates must have the shape of the indices there",
    () => scatterAdd(pair, [0, 1, 2], { length: 3 }),
  ],
  [
    "scatter-shapes",
    "scatterAdd: updates [2, 3] meet indices [3] at axis 0; the updates must have the shape of the indices there",
    () => scatterAdd(matrix, tensor(new Int32Array([0, 0, 0])), { length: 3 }),
  ],
  [
    "option",
    "scatterAdd: length is 1.5; it must be a whole number of 0 or more",
    () => scatterAdd(matrix, tensor(new Int32Array([0, 0])), { length: 1.5 }),
  ],
  [
    "one-hot-depth",
    "oneHot: the depth is 1.5; it must be a whole number of 0 or more",
    () => oneHot(cast(pair, "int32"), 1.5),
  ],
  [
    "index-dtype",
    'oneHot: the indices are bool; they must be whole numbers, e.g. cast(indices, "int32")',
    () => oneHot(tensor([true]), 2),
  ],
  [
    "one-hot-depth",
    "oneHot: the depth is -1; it must be a whole number of 0 or more",
    () => oneHot(tensor(new Int32Array([0])), -1),
  ],
  [
    "option",
    "slidingWindows: size is 0; it must be a whole number of 1 or more",
    () => slidingWindows(pair, { axis: 0, size: 0 }),
  ],
  [
    "window-span",
    "slidingWindows: a window of 2 places 3 apart spans 4, axis 0 of [3] has 3; pad it or take smaller windows",
    () => slidingWindows(triple, { axis: 0, size: 2, dilation: 3 }),
  ],
  [
    "window-span",
    "slidingWindows: a window of 2 places 3 apart spans 4, axis 1 of [2, 3] has 3; pad it or take smaller windows",
    () => slidingWindows(matrix, { axis: 1, size: 2, dilation: 3 }),
  ],
  [
    "option",
    "slidingWindows: stride is 0; it must be a whole number of 1 or more",
    () => slidingWindows(matrix, { axis: 1, size: 2, stride: 0 }),
  ],
  [
    "overlap-length",
    "overlapAdd: the length is 3, the windows of [2, 3] at axis 0 reach 4; it must be a whole number of at least that",
    () => overlapAdd(matrix, { axis: 0, stride: 1, length: 3 }),
  ],
  [
    "overlap-length",
    "overlapAdd: the length is 3, the windows of [2, 3] at axis 0 reach 4; it must be a whole number of at least that",
    () => overlapAdd(matrix, { axis: 0, length: 3 }),
  ],
];
