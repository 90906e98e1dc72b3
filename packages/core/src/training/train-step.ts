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
import { add, div, mul } from "../ops/elementwise.ts";
import { zeros } from "../ops/filled.ts";
import { commit, openFrame } from "../tensor/commit.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type { Batch, Loss } from "./contracts.ts";
import type { Meter } from "./meter.ts";
import { objectiveOf, weightOf } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";

/** Receives the gradients of a step, in the order of the trainable parameters, before they reach the optimizer: the seam for data-parallel training. */
export type Exchange = (gradients: readonly Variable[]) => void | Promise<void>;

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
  /** Weighted sums of gradients, and of weights, where a step has several parts. */
  private readonly gathered: readonly Variable[];
  private readonly gatheredWeight: Variable;
  private waiting = 0;

  constructor(parts: StepParts) {
    const { model, backend } = parts;
    this.parts = parts;
    const options = backend === undefined ? {} : { backend };
    const device = backend === undefined ? undefined : deviceOf(backend);
    this.passes = new Variable(tensor(new Uint32Array(1)), "trainer/passes", device);
    const split = parts.accumulation > 1 || parts.exchange !== undefined;
    this.gathered = split
      ? model.trainable.map(
          (variable) =>
            new Variable(zeros(variable.shape, variable.dtype), `trainer/gradient/${variable.name}`, device),
        )
      : [];
    this.gatheredWeight = new Variable(zeros([], model.dtype), "trainer/gradientWeight", device);
    this.whole = compile((...flat) => parts.optimizer.update(this.pass(flat).gradients), options);
    this.gather = compile((...flat) => {
      const { gradients: found, weights } = this.pass(flat);
      const total = sum(weights);
      this.gathered.forEach((cell, at) => cell.assign(add(cell.value, mul(found[at]!, total))));
      this.gatheredWeight.assign(add(this.gatheredWeight.value, total));
    }, options);
    this.apply = compile(() => {
      const weight = weightOf(this.gatheredWeight.value);
      parts.optimizer.update(this.gathered.map((cell) => div(cell.value, weight)));
      for (const cell of [...this.gathered, this.gatheredWeight]) cell.assign(zeros(cell.shape, cell.dtype));
    }, options);
    this.measure = compile((...flat) => {
      parts.validation.add(objectiveOf(model, parts.losses, this.unpack(flat), { training: false }));
    }, options);
    this.infer = compile((...inputs) => model.call(inputs.length === 1 ? inputs[0]! : inputs), options);
  }

  /** One training step. With accumulation, the parameters change once in so many steps. */
  async run(batch: Batch): Promise<void> {
    const { accumulation, exchange } = this.parts;
    const flat = this.pack(batch);
    if (this.gathered.length === 0) this.whole(...flat);
    else {
      this.gather(...flat);
      this.waiting++;
      if (this.waiting >= accumulation) await this.flush(exchange);
    }
    await this.drained();
  }

  /** Applies what was gathered since the last change of the parameters. */
  async flush(exchange: Exchange | undefined = this.parts.exchange): Promise<void> {
    if (this.waiting === 0) return;
    await exchange?.(this.gathered);
    this.apply();
    this.waiting = 0;
  }

  /** Forgets what was gathered since the last change of the parameters. */
  discard(): void {
    if (this.waiting === 0) return;
    this.waiting = 0;
    for (const cell of [...this.gathered, this.gatheredWeight]) cell.assign(zeros(cell.shape, cell.dtype));
    commit();
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
    for (const [state, value] of found.updates) state.assign(value);
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

function onesOf(size: number): Tensor {
  return tensor(new Float32Array(size).fill(1));
}
