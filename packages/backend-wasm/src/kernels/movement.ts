import {
  broadcastAxes,
  bytesOf,
  type None,
  type Primitives,
  type Region,
  type StridedAxis,
  stridesOf,
} from "@gradloom/core/backend";
import { i32 } from "../assembler/scalars.ts";
import { type Call, callOf, type Lowering } from "./call.ts";
import { type Kernel, kernel } from "./kernel.ts";
import { moveCall } from "./move.ts";

/** Bytes that one thread moves together. */
const pageBytes = 4_096;

/** y = x; a task is a byte */
const copyKernel: Kernel<"x" | "y"> = /*#__PURE__*/ kernel(
  "copy",
  ["x", "y"],
  (code, { x, y, from, to }) => code.copy(i32.add(y, from), i32.add(x, from), i32.sub(to, from)),
  pageBytes,
);

/** y = 0; a task is a byte */
const clearKernel: Kernel<"y"> = /*#__PURE__*/ kernel(
  "clear",
  ["y"],
  (code, { y, from, to }) => code.clear(i32.add(y, from), i32.sub(to, from)),
  pageBytes,
);

/** All bytes of a region to 0. */
export function clearCall(region: Region): Call {
  return callOf(clearKernel, { y: region }, bytesOf(region));
}

/** y = x */
export const copy: Lowering<None> = ({ inputs: [x], outputs: [y] }) => [
  callOf(copyKernel, { x: x!, y: y! }, bytesOf(x!)),
];

/** y = x, where an axis of size 1 repeats its element along the axis of y */
export const broadcast: Lowering<Primitives["broadcast"]> = ({ inputs: [x], outputs: [y] }) => [
  moveCall(x!, 0, y!, 0, broadcastAxes(x!.shape, y!.shape)),
];

/** y[…, index of axis i, …] = x with that index at axis axes[i] */
export const permute: Lowering<Primitives["permute"]> = ({
  inputs: [x],
  outputs: [y],
  attributes: { axes: order },
}) => {
  const stepsX = stridesOf(x!.shape);
  const stepsY = stridesOf(y!.shape);
  const axes = order.map((axis, at) => ({ size: x!.shape[axis]!, strides: [stepsX[axis]!, stepsY[at]!] }));
  return [moveCall(x!, 0, y!, 0, axes)];
};

/** y[outer, startY + i·stepY, inner] = x[outer, startX + i·stepX, inner] for i < count */
function moveAlong(
  x: Region,
  startX: number,
  stepX: number,
  y: Region,
  startY: number,
  stepY: number,
  count: number,
): Call {
  const inner = x.shape[2]!;
  const axes: readonly StridedAxis[] = [
    { size: x.shape[0]!, strides: [x.shape[1]! * inner, y.shape[1]! * inner] },
    { size: count, strides: [stepX * inner, stepY * inner] },
    { size: inner, strides: [1, 1] },
  ];
  return moveCall(x, startX * inner, y, startY * inner, axes);
}

/** y[outer, i, inner] = x[outer, start + i·step, inner] for i < count */
export const slice: Lowering<Primitives["slice"]> = ({
  inputs: [x],
  outputs: [y],
  attributes: { start, step, count },
}) => [moveAlong(x!, start, step, y!, 0, 1, count)];

/** y[outer, start + i·step, inner] = x[outer, i, inner], and 0 elsewhere */
export const pad: Lowering<Primitives["pad"]> = ({ inputs: [x], outputs: [y], attributes: { start, step } }) => [
  clearCall(y!),
  moveAlong(x!, 0, 1, y!, start, step, x!.shape[1]!),
];

/** y is the inputs one after the other along the axis */
export const concat: Lowering<None> = ({ inputs, outputs: [y] }) => {
  let start = 0;
  return inputs.map((x) => moveAlong(x, 0, 1, y!, (start += x.shape[1]!) - x.shape[1]!, 1, x.shape[1]!));
};

/** The outputs are the pieces of x that follow one another along the axis. */
export const split: Lowering<Primitives["split"]> = ({ inputs: [x], outputs }) => {
  let start = 0;
  return outputs.map((y) => moveAlong(x!, (start += y.shape[1]!) - y.shape[1]!, 1, y, 0, 1, y.shape[1]!));
};

/** y[outer, i, inner] = x[outer, length - 1 - i, inner] */
export const flip: Lowering<None> = ({ inputs: [x], outputs: [y] }) => {
  const length = x!.shape[1]!;
  return [moveAlong(x!, length - 1, -1, y!, 0, 1, length)];
};

/** y[outer, c, w, inner] = x[outer, c·stride + w·dilation, inner]: window c, place w */
export const windows: Lowering<Primitives["windows"]> = ({
  inputs: [x],
  outputs: [y],
  attributes: { size, stride, dilation, count },
}) => {
  const inner = x!.shape[2]!;
  return [
    moveCall(x!, 0, y!, 0, [
      { size: x!.shape[0]!, strides: [x!.shape[1]! * inner, count * size * inner] },
      { size: count, strides: [stride * inner, size * inner] },
      { size, strides: [dilation * inner, inner] },
      { size: inner, strides: [1, 1] },
    ]),
  ];
};
