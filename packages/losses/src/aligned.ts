import { cast, reshape, sameShape, type Shape, type Tensor } from "@gradloom/core";
import { checkShape, checkTarget } from "./check-target.ts";

/** Throws unless the target has the prediction's shape, of which a last axis of size 1 may be left out. */
export function checkAligned(name: string, prediction: Shape, target: Tensor): void {
  checkTarget(name, target);
  const column = prediction.length > 1 && prediction.at(-1) === 1;
  const fits = sameShape(prediction, target.shape) || (column && sameShape(prediction.slice(0, -1), target.shape));
  checkShape(
    name,
    prediction,
    target,
    fits,
    `targets of the predictions' shape${column ? ", with or without its last axis" : ""}`,
  );
}

/** The target as numbers of the prediction's shape and dtype. */
export function aligned(target: Tensor, prediction: Tensor): Tensor {
  return reshape(cast(target, prediction.dtype), prediction.shape);
}
