import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields, type Rule } from "../errors/options.ts";
import { instanceOf, required, rule } from "../errors/rules.ts";
import type { Model } from "../model/model.ts";
import { anyTensors, haveShapes, shapesIn, showBatches, tensorsIn } from "../model/shapes.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Batch, Callback, Dataset, Loss } from "./contracts.ts";

/** The batches of a pass over data. */
export function batchesOf(
  name: string,
  data: Dataset,
  pass: Parameters<Dataset["batches"]>[0],
): Iterable<Batch> | AsyncIterable<Batch> {
  const batches: unknown = typeof data?.batches === "function" ? data.batches(pass) : undefined;
  const iterable = Symbol.iterator in Object(batches) || Symbol.asyncIterator in Object(batches);
  if (iterable && !ArrayBuffer.isView(batches)) return batches as Iterable<Batch>;
  throw new GradloomError(
    "no-dataset",
    `${name}: the data is no dataset; make one of arrays, e.g. arrays({ x, y }).batch(32) of @gradloom/data`,
  );
}

const batchFields: Fields<Batch> = {
  x: /*#__PURE__*/ required(anyTensors),
  y: /*#__PURE__*/ required(anyTensors),
  weights: /*#__PURE__*/ instanceOf<Tensor>("a tensor", Tensor),
};

/** Throws unless something is made as batches are. */
export function checkForm(batch: Batch): void {
  checkOptions("batch", batchFields, batch);
}

const hooks = ["onTrainStart", "onEpochStart", "onStep", "onEpochEnd", "onTrainEnd", "onTrainFail"] as const;

const callbackRule: Rule<Callback> = /*#__PURE__*/ rule(
  `a callback: one or more of the functions ${/*#__PURE__*/ hooks.join(", ")}`,
  (value) => {
    const given = Object(value) as Callback;
    const known = hooks.map((hook) => given[hook]).filter((hook) => hook !== undefined);
    const names = Object.keys(given).filter((name) => /^on[A-Z]/.test(name));
    const areKnown = names.every((name) => hooks.includes(name as keyof Callback));
    return areKnown && known.length > 0 && known.every((hook) => typeof hook === "function");
  },
);

/** The callback, if it is one. */
export function checkCallback(callback: Callback): Callback {
  checkValue("trainer", "a callback", callbackRule, callback);
  return callback;
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
