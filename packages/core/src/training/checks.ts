import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Model } from "../model/model.ts";
import { haveShapes, shapesIn, showBatches, tensorsIn } from "../model/shapes.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Batch, Dataset, Loss } from "./contracts.ts";

/** Throws unless an option is a whole number of 1 or more. */
export function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new GradloomError("whole-number", `trainer: ${name} is ${value}; it must be a whole number of 1 or more`);
}

/** Throws unless the data gives batches. */
export function checkDataset(name: string, data: Dataset): void {
  if (typeof data?.batches === "function") return;
  throw new GradloomError(
    "no-dataset",
    `${name}: the data is no dataset; make one of arrays, e.g. arrays({ x, y }).batch(32) of @gradloom/data`,
  );
}

/** Throws where a batch does not fit the model or the losses. */
export function checkBatch({ x, y, weights }: Batch, model: Model, losses: readonly Loss[]): void {
  const inputs = tensorsIn(x);
  const targets = tensorsIn(y);
  const wanted = shapesIn(model.input);
  const outputs = shapesIn(model.output);
  const size = inputs[0]?.shape[0] ?? 0;
  if (size === 0)
    throw new GradloomError("empty-batch", "trainer: the batch is empty; a batch needs at least one sample");
  if (!haveShapes(inputs, wanted)) {
    throw new GradloomError(
      "batch-input",
      `trainer: the batch has ${inputs.map(({ shape }) => show(shape)).join(" and ")}, the model takes ${showBatches(wanted)}`,
    );
  }
  if (targets.length !== losses.length || outputs.length !== losses.length) {
    throw new GradloomError(
      "loss-count",
      `trainer: ${losses.length} losses meet ${outputs.length} outputs and ${targets.length} targets; give one of each for each output`,
    );
  }
  if (weights !== undefined && !sameShape(weights.shape, [size])) {
    throw new GradloomError(
      "weights-shape",
      `trainer: the weights are ${show(weights.shape)}; there must be one for each sample, [${size}]`,
    );
  }
  for (const tensor of [...inputs, ...targets]) {
    if (tensor.shape[0] === size) continue;
    throw new GradloomError(
      "batch-size",
      `trainer: the batch has ${size} samples in its first input and ${show(tensor.shape)} elsewhere; first axes must agree`,
    );
  }
  const { dtype } = model.parameters[0]?.variable ?? { dtype: "float32" as const };
  losses.forEach((loss, at) => loss.check?.({ shape: [size, ...outputs[at]!], dtype }, targets[at]!));
}
