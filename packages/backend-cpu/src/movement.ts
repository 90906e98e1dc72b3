import { broadcastAxes, type Kernel, type None, type Primitives, stridesOf, type View } from "@gradloom/core/backend";
import { move } from "./move.ts";

/** y = x, where an axis of size 1 repeats its element along the axis of y */
export const broadcast: Kernel<Primitives["broadcast"]> = (inputs, outputs) => {
  const x = inputs[0]!;
  const y = outputs[0]!;
  if (x.size === 1) {
    y.data.fill(x.data[x.offset]!, y.offset, y.offset + y.size);
    return;
  }
  move(x, 0, y, 0, broadcastAxes(x.shape, y.shape));
};

/** y[…, index of axis i, …] = x with that index at axis axes[i] */
export const permute: Kernel<Primitives["permute"]> = (inputs, outputs, attributes) => {
  const x = inputs[0]!;
  const y = outputs[0]!;
  const stridesX = stridesOf(x.shape);
  const stridesY = stridesOf(y.shape);
  const axes = attributes.axes.map((axis, i) => ({ size: x.shape[axis]!, strides: [stridesX[axis]!, stridesY[i]!] }));
  move(x, 0, y, 0, axes);
};

/** y[outer, startY + i·stepY, inner] = x[outer, startX + i·stepX, inner] for i < count */
function moveAlong(
  x: View,
  startX: number,
  stepX: number,
  y: View,
  startY: number,
  stepY: number,
  count: number,
): void {
  const inner = x.shape[2]!;
  move(x, startX * inner, y, startY * inner, [
    { size: x.shape[0]!, strides: [x.shape[1]! * inner, y.shape[1]! * inner] },
    { size: count, strides: [stepX * inner, stepY * inner] },
    { size: inner, strides: [1, 1] },
  ]);
}

/** y[outer, i, inner] = x[outer, start + i·step, inner] for i < count */
export const slice: Kernel<Primitives["slice"]> = (inputs, outputs, { start, step, count }) =>
  moveAlong(inputs[0]!, start, step, outputs[0]!, 0, 1, count);

/** y[outer, start + i·step, inner] = x[outer, i, inner], and 0 elsewhere */
export const pad: Kernel<Primitives["pad"]> = (inputs, outputs, { start, step }) => {
  const y = outputs[0]!;
  y.data.fill(0, y.offset, y.offset + y.size);
  moveAlong(inputs[0]!, 0, 1, y, start, step, inputs[0]!.shape[1]!);
};

/** y = the inputs one after another along the axis */
export const concat: Kernel<None> = (inputs, outputs) => {
  let start = 0;
  for (const x of inputs) {
    moveAlong(x, 0, 1, outputs[0]!, start, 1, x.shape[1]!);
    start += x.shape[1]!;
  }
};

/** The outputs are the pieces of x that follow one another along the axis. */
export const split: Kernel<Primitives["split"]> = (inputs, outputs) => {
  let start = 0;
  for (const y of outputs) {
    moveAlong(inputs[0]!, start, 1, y, 0, 1, y.shape[1]!);
    start += y.shape[1]!;
  }
};

/** y[outer, i, inner] = x[outer, length - 1 - i, inner] */
export const flip: Kernel<None> = (inputs, outputs) => {
  const length = inputs[0]!.shape[1]!;
  moveAlong(inputs[0]!, length - 1, -1, outputs[0]!, 0, 1, length);
};

/** y[i] = i */
export const iota: Kernel<Primitives["iota"]> = (_inputs, outputs) => {
  const { data: y, offset: to, size } = outputs[0]!;
  for (let i = 0; i < size; i++) y[to + i] = i;
};

/** y = x */
export const copy: Kernel<None> = (inputs, outputs) => {
  const x = inputs[0]!;
  const y = outputs[0]!;
  y.data.set(x.data.subarray(x.offset, x.offset + x.size), y.offset);
};
