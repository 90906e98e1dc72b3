import type { Kernel, None, Primitives } from "@gradloom/core/backend";
import { words } from "./words.ts";

/** y[outer, k, inner] = x[outer, indices[k], inner]; indices are clamped into the axis, an empty axis gives 0 */
export const gather: Kernel<None> = (inputs, outputs) => {
  const { offset: from, shape } = inputs[0]!;
  const { data: indices, offset: fromIndices, size: count } = inputs[1]!;
  const { offset: to, size } = outputs[0]!;
  const x = words(inputs[0]!.data);
  const y = words(outputs[0]!.data);
  const [outer, length, inner] = shape as readonly [number, number, number];
  if (length === 0) y.fill(0, to, to + size);
  for (let row = 0; row < outer * count && length > 0; row++) {
    const index = indices[fromIndices + (row % count)]!;
    const start = from + (Math.floor(row / count) * length + clamp(index, length)) * inner;
    for (let i = 0; i < inner; i++) y[to + row * inner + i] = x[start + i]!;
  }
};

/** y[outer, p, inner] = Σ x[outer, k, inner] over the k with indices[k] = p; indices are clamped into the axis */
export const scatterAdd: Kernel<Primitives["scatterAdd"]> = (inputs, outputs, { length }) => {
  const { data: x, offset: from, shape } = inputs[0]!;
  const { data: indices, offset: fromIndices } = inputs[1]!;
  const { data: y, offset: to, size } = outputs[0]!;
  const [outer, count, inner] = shape as readonly [number, number, number];
  y.fill(0, to, to + size);
  for (let row = 0; row < outer * count && length > 0; row++) {
    const index = indices[fromIndices + (row % count)]!;
    const start = to + (Math.floor(row / count) * length + clamp(index, length)) * inner;
    for (let i = 0; i < inner; i++) y[start + i]! += x[from + row * inner + i]!;
  }
};

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}
