import { GradloomError } from "../errors/gradloom-error.ts";
import { gradients } from "../gradient/gradients.ts";
import type { Model } from "../model/model.ts";
import type { Tensors } from "../model/layer.ts";
import { tensorsIn } from "../model/shapes.ts";
import { tensor } from "../ops/creation.ts";
import { add } from "../ops/elementwise.ts";
import { openFrame } from "../tensor/frame.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Accumulation, StepGradients } from "./accumulate.ts";
import type { Batch, Gathering, Loss } from "./contracts.ts";
import type { Meter } from "./meter.ts";
import { objectiveOf } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Workplace } from "./workplace.ts";

/** What a step is made of. */
export interface StepParts {
  readonly model: Model;
  readonly losses: readonly Loss[];
  readonly optimizer: Optimizer;
  readonly training: Meter;
  readonly validation: Meter;
  readonly workplace: Workplace;
  readonly accumulation: Accumulation | undefined;
}

/** The compiled programs of training, evaluation and prediction. */
export interface TrainStep {
  /** Forward passes in training, uint32 [1]: the counter of the layers' random numbers. */
  readonly passes: Variable;
  /** The states that layers have updated so far. */
  readonly updated: ReadonlySet<Variable>;
  /** What waits for the rest of a step, where a step has several batches. */
  readonly gathering: Gathering | undefined;
  /** One training step. */
  run(batch: Batch): Promise<void>;
  /** Adds a batch to the validation metrics. */
  evaluate(batch: Batch): Promise<void>;
  predict(x: Tensors): Tensors;
}

/** The step of a trainer. The programs take the inputs, the targets and the weights of a batch, in a row. */
export function trainStep(parts: StepParts): TrainStep {
  const { model, losses, optimizer, training, validation, accumulation } = parts;
  const { cell, compiled } = parts.workplace;
  const passes = cell("trainer/passes", { shape: [1], dtype: "uint32" });
  const updated = new Set<Variable>();

  /** The part of a step up to the gradients. */
  const pass = (batch: readonly Tensor[]): StepGradients => {
    const found = objectiveOf(model, losses, batch, { training: true, step: passes.value });
    const [touched] = openFrame().assigned.keys();
    if (touched !== undefined) {
      throw new GradloomError(
        "assign-in-call",
        `trainer: a layer's call assigned variable ${touched.name}; it must not, use context.update(state, value)`,
      );
    }
    const slopes = gradients(found.objective, model.trainable);
    for (const [state, value] of found.updates) {
      state.assign(value);
      updated.add(state);
    }
    passes.assign(add(passes.value, 1));
    training.add(found);
    return { gradients: slopes, weight: found.weight };
  };
  const gathering = accumulation?.({ model, optimizer, pass, ...parts.workplace });
  const train = gathering?.add ?? compiled((...batch) => optimizer.update(pass(batch).gradients));
  const measure = compiled((...batch) => validation.add(objectiveOf(model, losses, batch, { training: false })));
  const infer = compiled((...inputs) => model.call(inputs.length === 1 ? inputs[0]! : inputs));

  /** Runs a program, and waits until the backend can take another step. */
  const run = async (program: (...batch: readonly Tensor[]) => void | Promise<void>, batch: Batch): Promise<void> => {
    const inputs = tensorsIn(batch.x);
    const { weights = tensor(new Float32Array(inputs[0]!.shape[0]!).fill(1)) } = batch;
    await program(...inputs, ...tensorsIn(batch.y), weights);
    await passes.device?.drained();
  };
  return {
    passes,
    updated,
    gathering,
    run: (batch) => run(train, batch),
    evaluate: (batch) => run(measure, batch),
    predict: (x) => infer(...tensorsIn(x)),
  };
}
