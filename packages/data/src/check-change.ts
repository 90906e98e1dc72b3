import { type Batch, GradloomError, showValue, Tensor } from "@gradloom/core";

/** Throws unless what `map` is given is a function. */
export function checkChange(change: unknown): void {
  if (typeof change === "function") return;
  throw new GradloomError(
    "data-change",
    `map: ${showValue(change)} is no function; give one that makes a batch of a batch`,
  );
}

/** Throws unless what the function of `map` gave is a batch of tensors. */
export function checkChanged(batch: Batch): Batch {
  const { x, y, weights = [] } = (batch ?? {}) as Batch;
  const wrong = [x, y, weights].flat().find((tensor: unknown) => !(tensor instanceof Tensor));
  if ([x, y].every((part) => part !== undefined) && wrong === undefined) return batch;
  throw new GradloomError(
    "data-change",
    `map: the function gave ${showValue(wrong === undefined || x === undefined ? batch : wrong)}; it must give a batch of tensors, { x, y }`,
  );
}
