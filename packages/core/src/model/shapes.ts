import type { Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";
import { show } from "../errors/gradloom-error.ts";
import type { Argument } from "../runtime/compile.ts";
import { tensor } from "../ops/creation.ts";
import type { NestedArray } from "../tensor/graph.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Shapes, Tensors } from "./layer.ts";

/** One shape or several, as a list. */
export function shapesIn(shapes: Shapes): readonly Shape[] {
  return Array.isArray(shapes[0]) ? (shapes as readonly Shape[]) : [shapes as Shape];
}

/** The shape of a sample, or one for each of several inputs. */
export const anyShapes: Rule<Shapes> = /*#__PURE__*/ rule(
  "the shape of a sample, or a list of shapes",
  (value) => isShape(value) || (Array.isArray(value) && value.every(isShape)),
);

function isShape(value: unknown): boolean {
  return Array.isArray(value) && value.every((size) => typeof size === "number");
}

/** One tensor or several, as a list. */
export function tensorsIn(x: Tensors): readonly Tensor[] {
  return x instanceof Tensor ? [x] : x;
}

/** One tensor or several. */
export const anyTensors: Rule<Tensors> = /*#__PURE__*/ rule(
  "a tensor, or a list of tensors",
  (value) => value instanceof Tensor || (Array.isArray(value) && value.every((one) => one instanceof Tensor)),
);

/** One tensor or a list of them; data as `tensor` takes it becomes one. */
export function toTensors(x: Argument | Tensors): Tensors {
  if (x instanceof Tensor) return x;
  const list = Array.isArray(x) && x.length > 0 && x.every((one) => one instanceof Tensor);
  return list ? (x as readonly Tensor[]) : tensor(x as NestedArray | TypedArray);
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
