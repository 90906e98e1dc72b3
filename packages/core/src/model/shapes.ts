import { show } from "../errors/gradloom-error.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Shapes, Tensors } from "./layer.ts";

/** One shape or several, as a list. */
export function shapesIn(shapes: Shapes): readonly Shape[] {
  return Array.isArray(shapes[0]) ? (shapes as readonly Shape[]) : [shapes as Shape];
}

/** One tensor or several, as a list. */
export function tensorsIn(x: Tensors): readonly Tensor[] {
  return x instanceof Tensor ? [x] : x;
}

/** The shapes of one sample in a batch. */
export function sampleShapes(batch: Tensors): Shapes {
  return batch instanceof Tensor ? batch.shape.slice(1) : batch.map(({ shape }) => shape.slice(1));
}

/** Whether the batches hold samples of the shapes. */
export function haveShapes(batches: readonly Tensor[], shapes: readonly Shape[]): boolean {
  return batches.length === shapes.length && batches.every(({ shape }, at) => sameShape(shape.slice(1), shapes[at]!));
}

/** How errors show the shapes of batches of samples. */
export function showBatches(shapes: readonly Shape[]): string {
  return shapes.map((shape) => show(["batch", ...shape])).join(" and ");
}
