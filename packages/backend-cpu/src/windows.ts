import type { Kernel, Primitives } from "@gradloom/core/backend";
import { move } from "./move.ts";

/** y[outer, c, w, inner] = x[outer, c·stride + w·dilation, inner]: window c, place w */
export const windows: Kernel<Primitives["windows"]> = (inputs, outputs, { size, stride, dilation, count }) => {
  const x = inputs[0]!;
  const inner = x.shape[2]!;
  move(x, 0, outputs[0]!, 0, [
    { size: x.shape[0]!, strides: [x.shape[1]! * inner, count * size * inner] },
    { size: count, strides: [stride * inner, size * inner] },
    { size, strides: [dilation * inner, inner] },
    { size: inner, strides: [1, 1] },
  ]);
};

/** y[outer, p, inner] = Σ x[outer, c, w, inner] over the windows c and places w with c·stride + w·dilation = p */
export const overlapAdd: Kernel<Primitives["overlapAdd"]> = (inputs, outputs, { length, stride, dilation }) => {
  const { data: x, offset: from, shape } = inputs[0]!;
  const { data: y, offset: to, size } = outputs[0]!;
  const [outer, count, places, inner] = shape as readonly [number, number, number, number];
  // Without dilation the places of a window are neighbours in y too, and one run.
  const runs = dilation === 1 ? 1 : places;
  const run = (places * inner) / runs;
  y.fill(0, to, to + size);
  let atX = from;
  for (let block = 0; block < outer; block++) {
    for (let window = 0; window < count; window++) {
      for (let place = 0; place < runs; place++) {
        const atY = to + (block * length + window * stride + place * dilation) * inner;
        for (let i = 0; i < run; i++) y[atY + i]! += x[atX + i]!;
        atX += run;
      }
    }
  }
};
