import { GradloomError } from "../errors/gradloom-error.ts";
import type { Backend } from "../backend/backend.ts";
import { deviceOf } from "../backend/backend-device.ts";
import { compile, type Compiled } from "../backend/compile.ts";
import { gradients } from "../gradient/gradients.ts";
import type { Model } from "../model/model.ts";
import type { Tensors } from "../model/layer.ts";
import { tensorsIn } from "../model/shapes.ts";
import { sum } from "../ops/axes.ts";
import { tensor } from "../ops/creation.ts";
import { cast } from "../ops/cast.ts";
import { add, div, mul } from "../ops/elementwise.ts";
import { zeros } from "../ops/filled.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import { openFrame } from "../tensor/frame.ts";
import type { Device, TensorSpec } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type { Batch, Loss } from "./contracts.ts";
import type { Meter } from "./meter.ts";
import { objectiveOf, weightOf } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";

/** What the samples of a step add up to: the gradients, each times the weight of its batch, and these weights. */
export interface StepSums {
  /** In the order of the trainable parameters. */
  readonly gradients: readonly Variable[];
  /** A number, []. */
  readonly weight: Variable;
}

/**
 * Receives the sums of a step before the parameters move by their quotients: the seam for data-parallel training. Where every rank assigns
 * to each cell its sum over all ranks, all take the step of one rank that has all the samples, whatever number of them each has. It is called
 * once in a step, so all ranks need the same number of batches.
 */
export type Exchange = (sums: StepSums) => void | Promise<void>;

/** What a step is made of. */
export interface StepParts {
  readonly model: Model;
  readonly losses: readonly Loss[];
  readonly optimizer: Optimizer;
  readonly training: Meter;
  readonly validation: Meter;
  readonly backend: Backend | undefined;
  readonly accumulation: number;
  readonly exchange: Exchange | undefined;
}

type Run = Compiled<readonly Tensor[], void>;

/** The compiled programs of training and evaluation. Arguments are the inputs, the targets and the weights of a batch, in a row. */
export class TrainStep {
  /** Forward passes in training, uint32 [1]: the counter of the layers' random numbers. */
  readonly passes: Variable;
  private readonly parts: StepParts;
  private readonly whole: Run;
  private readonly gather: Run;
  private readonly apply: Run;
  private readonly measure: Run;
  private readonly infer: Compiled<readonly Tensor[], Tensor | readonly Tensor[]>;
  /** What is summed where a step has several parts. */
  private readonly sums: StepSums | undefined;
  /** The states that layers have updated so far. */
  readonly updated: Set<Variable> = new Set();
  /** Batches that were gathered since the parameters last changed. */
  waiting = 0;

  constructor(parts: StepParts) {
    const { model, backend } = parts;
    this.parts = parts;
    const options = backend === undefined ? {} : { backend };
    const device = backend === undefined ? undefined : deviceOf(backend);
    this.passes = new Variable(tensor(new Uint32Array(1)), "trainer/passes", device);
    if (parts.accumulation > 1 || parts.exchange !== undefined) this.sums = sumsOf(model, device);
    this.whole = compile((...flat) => parts.optimizer.update(this.pass(flat).gradients), options);
    this.gather = compile((...flat) => {
      const { gradients: found, weights } = this.pass(flat);
      const { gradients: cells, weight } = this.sums!;
      const total = sum(weights);
      cells.forEach((cell, at) => cell.assign(add(cell.value, mul(found[at]!, cast(total, cell.dtype)))));
      weight.assign(add(weight.value, total));
    }, options);
    this.apply = compile(() => {
      const { gradients: cells, weight } = this.sums!;
      const total = weightOf(weight.value);
      parts.optimizer.update(cells.map((cell) => div(cell.value, cast(total, cell.dtype))));
      this.clear();
    }, options);
    this.measure = compile((...flat) => {
      parts.validation.add(objectiveOf(model, parts.losses, this.unpack(flat), { training: false }));
    }, options);
    this.infer = compile((...inputs) => model.call(inputs.length === 1 ? inputs[0]! : inputs), options);
  }

  /** The cells of the sums, if there are any. */
  get gathered(): readonly Variable[] {
    return this.sums === undefined ? [] : [...this.sums.gradients, this.sums.weight];
  }

  /** One training step. With accumulation, the parameters change once in so many steps. */
  async run(batch: Batch): Promise<void> {
    const flat = this.pack(batch);
    if (this.sums === undefined) this.whole(...flat);
    else {
      this.gather(...flat);
      this.waiting++;
      if (this.waiting >= this.parts.accumulation) await this.flush();
    }
    await this.drained();
  }

  /** Applies what was gathered since the last change of the parameters. */
  async flush(): Promise<void> {
    if (this.waiting === 0) return;
    await this.parts.exchange?.(this.sums!);
    this.apply();
    this.waiting = 0;
  }

  /** Forgets what was gathered since the last change of the parameters. */
  discard(): void {
    if (this.waiting === 0) return;
    this.waiting = 0;
    this.clear();
    commit([], { on: placeOf(this.passes) });
  }

  private clear(): void {
    for (const cell of this.gathered) cell.assign(zeros(cell.shape, cell.dtype));
  }

  /** Adds a batch to the validation metrics. */
  async evaluate(batch: Batch): Promise<void> {
    this.measure(...this.pack(batch));
    await this.drained();
  }

  predict(x: Tensors): Tensors {
    return this.infer(...tensorsIn(x));
  }

  /** Waits until the backend can take another step. */
  private async drained(): Promise<void> {
    await this.passes.device?.drained();
  }

  /** The part of a step up to the gradients. */
  private pass(flat: readonly Tensor[]): { readonly gradients: readonly Tensor[]; readonly weights: Tensor } {
    const { model, losses, training } = this.parts;
    const found = objectiveOf(model, losses, this.unpack(flat), { training: true, step: this.passes.value });
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
      this.updated.add(state);
    }
    this.passes.assign(add(this.passes.value, 1));
    training.add(found);
    return { gradients: slopes, weights: found.weights };
  }

  private pack({ x, y, weights }: Batch): readonly Tensor[] {
    const inputs = tensorsIn(x);
    const size = inputs[0]!.shape[0]!;
    return [...inputs, ...tensorsIn(y), weights ?? onesOf(size)];
  }

  private unpack(flat: readonly Tensor[]): {
    readonly x: Tensors;
    readonly y: readonly Tensor[];
    readonly weights: Tensor;
  } {
    const targets = this.parts.losses.length;
    const inputs = flat.slice(0, flat.length - targets - 1);
    return { x: inputs.length === 1 ? inputs[0]! : inputs, y: flat.slice(-targets - 1, -1), weights: flat.at(-1)! };
  }
}

function sumsOf(model: Model, device: Device | undefined): StepSums {
  const cell = (name: string, { shape, dtype }: TensorSpec): Variable =>
    new Variable(zeros(shape, dtype), `trainer/${name}`, device);
  return {
    gradients: model.trainable.map((variable) => cell(`gradient/${variable.name}`, variable)),
    weight: cell("gradientWeight", { shape: [], dtype: model.dtype }),
  };
}

function onesOf(size: number): Tensor {
  return tensor(new Float32Array(size).fill(1));
}
