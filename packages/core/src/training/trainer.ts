import type { Backend } from "../backend/backend.ts";
import { giveKernels } from "../backend/backend-device.ts";
import type { Argument } from "../backend/compile.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions } from "../errors/options.ts";
import type { Shapes, Tensors } from "../model/layer.ts";
import { build, Model } from "../model/model.ts";
import { sampleShapes, toTensors } from "../model/shapes.ts";
import type { Given } from "../plugin/define.ts";
import type { Kinds } from "../plugin/kinds.ts";
import { type Registrable, Registry } from "../plugin/registry.ts";
import { Printed } from "../tensor/printed.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import { batchesOf, checkBatch, checkCallback, checkForm } from "./checks.ts";
import type { Batch, Callback, Dataset, EpochReport, Loss, Metrics, TrainerView } from "./contracts.ts";
import { EventLoop } from "./event-loop.ts";
import { type Failure, Meter } from "./meter.ts";
import { finiteCheck } from "./finite-check.ts";
import { type NamedMetrics, namedMetrics } from "./named-metrics.ts";
import { Optimizer } from "./optimizer.ts";
import { putSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { TrainStep } from "./train-step.ts";
import {
  type AbortSignalLike,
  evaluateFields,
  type EvaluateOptions,
  fitFields,
  type FitOptions,
  trainerFields,
  type TrainerOptions,
} from "./trainer-options.ts";

/** A model with its optimizer and programs, once the input shape is known. */
interface Works {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly training: Meter;
  readonly validation: Meter;
  readonly step: TrainStep;
  /** The first variable that holds no finite numbers; made once it is known which states training changes. */
  spoilt?: () => Promise<Variable | undefined>;
}

/** In snapshots: epochs that were begun, and batches that wait for the rest of a step. */
const epochCount = "trainer/epochs";
const batchCount = "trainer/waiting";

/** Trains a model on batches, measures it and predicts with it. */
export class Trainer<Plugins extends readonly Registrable[] = readonly Registrable[]>
  extends Printed
  implements TrainerView
{
  readonly registry: Registry;
  readonly seed: number;
  private readonly options: TrainerOptions;
  private readonly losses: readonly Loss[];
  private readonly metrics: NamedMetrics;
  private readonly callbacks: readonly Callback[];
  private readonly rule: Kinds["optimizer"];
  private readonly eventLoop: EventLoop = new EventLoop();
  private works: Works | undefined;
  private busy = false;
  /** Epochs that were begun, over all fits, so that no two see the data in one order. */
  private begun = 0;

  constructor(options: TrainerOptions) {
    super();
    checkOptions("createTrainer", trainerFields, options);
    const { plugins = [], loss, optimizer, metrics = [], callbacks = [], seed = 0, model, input } = options;
    this.options = options;
    this.seed = seed;
    this.registry = new Registry(plugins);
    const list = (Array.isArray(loss) ? loss : [loss]) as readonly Given<"loss">[];
    this.losses = list.map((given) => this.registry.resolve("loss", given));
    this.rule = this.registry.resolve("optimizer", optimizer as Given<"optimizer">);
    this.metrics = namedMetrics(metrics as Parameters<typeof namedMetrics>[0], this.registry);
    this.callbacks = this.resolved(callbacks);
    if (model instanceof Model) this.prepare(model.input);
    else if (input !== undefined) this.prepare(input);
  }

  toString(): string {
    return `Trainer(${this.works === undefined ? "not built yet" : String(this.works.model)})`;
  }

  /** The model; built at the latest by the first batch. */
  get model(): Model {
    return this.built().model;
  }

  /** The optimizer with what it keeps. */
  get optimizer(): Optimizer {
    return this.built().optimizer;
  }

  /** Another learning rate from the next step on. */
  setLearningRate(learningRate: number): void {
    this.optimizer.setLearningRate(learningRate);
  }

  /** One training step on one batch. */
  step(batch: Batch): Promise<void> {
    return this.exclusively(() => this.prepared(batch).step.run(batch));
  }

  /** Trains for some epochs; gives the report of each. */
  async fit(data: Dataset, options: FitOptions<Plugins> = {}): Promise<readonly EpochReport[]> {
    checkOptions("fit", fitFields, options as FitOptions);
    const { epochs = 1, callbacks = [], signal, validation } = options;
    signal?.throwIfAborted();
    return this.exclusively(async () => {
      const all = [...this.callbacks, ...this.resolved(callbacks as FitOptions["callbacks"] & {})];
      try {
        return await this.epochs(data, { epochs, callbacks: all, signal, validation });
      } catch (error) {
        for (const callback of all) await (async () => callback.onTrainFail?.(error))().catch(() => {});
        throw error;
      }
    });
  }

  private resolved(callbacks: readonly Given<"callback">[]): readonly Callback[] {
    return callbacks.map((given) => checkCallback(this.registry.resolve("callback", given)));
  }

  private async epochs(
    data: Dataset,
    options: {
      readonly epochs: number;
      readonly callbacks: readonly Callback[];
      readonly signal: AbortSignalLike | undefined;
      readonly validation: Dataset | undefined;
    },
  ): Promise<readonly EpochReport[]> {
    const { epochs, callbacks, signal, validation } = options;
    const reports: EpochReport[] = [];
    this.works?.step.discard();
    for (const callback of callbacks) await callback.onTrainStart?.({ epochs, trainer: this });
    let stop = false;
    for (let epoch = 1; epoch <= epochs && !stop; epoch++) {
      for (const callback of callbacks) await callback.onEpochStart?.({ epoch, epochs });
      const metrics = await this.epoch(data, epoch, callbacks, signal);
      const measured = validation === undefined ? undefined : await this.measure(validation, signal);
      const report: EpochReport = { epoch, epochs, metrics, validation: measured };
      reports.push(report);
      for (const callback of callbacks) stop = (await callback.onEpochEnd?.(report)) === "stop" || stop;
    }
    for (const callback of callbacks) await callback.onTrainEnd?.(reports);
    return reports;
  }

  /** The loss and the metrics on data, without training. */
  async evaluate(data: Dataset, options: EvaluateOptions = {}): Promise<Metrics> {
    checkOptions("evaluate", evaluateFields, options);
    return this.exclusively(() => this.measure(data, options.signal));
  }

  /** The model's output for a batch of tensors or of data as `tensor` takes it, [batch, ...input] -> [batch, ...output]. */
  predict(x: Argument): Tensor;
  predict(x: Tensors): Tensors;
  predict(x: Argument | Tensors): Tensors {
    const inputs = toTensors(x);
    this.prepare(sampleShapes(inputs));
    return this.built().step.predict(inputs);
  }

  /** Copies of everything that decides how training goes on: variables by path, and counts. The next `fit` begins with a new epoch. */
  async snapshot(): Promise<Snapshot> {
    const { waiting } = this.built().step;
    const counts = { [epochCount]: this.begun, ...(waiting > 0 ? { [batchCount]: waiting } : {}) };
    return takeSnapshot(this.variables(waiting > 0), counts);
  }

  /** Puts the numbers of a snapshot back; nothing has changed if it does not fit. */
  restore(snapshot: Snapshot): void {
    const { step } = this.built();
    const amid = snapshot?.has?.(batchCount);
    const counts = putSnapshot(snapshot, this.variables(amid), amid ? [epochCount, batchCount] : [epochCount]);
    if (!amid) step.discard();
    this.begun = counts[epochCount]!;
    step.waiting = counts[batchCount] ?? 0;
  }

  /** What a snapshot holds: what was gathered too, in the middle of a step. */
  private variables(amidStep: boolean): readonly Variable[] {
    const { model, optimizer, step } = this.built();
    const own = [...model.parameters, ...model.states, ...optimizer.state].map(({ variable }) => variable);
    return [...own, step.passes, ...(amidStep ? step.gathered : [])];
  }

  private async epoch(
    data: Dataset,
    epoch: number,
    callbacks: readonly Callback[],
    signal: AbortSignalLike | undefined,
  ): Promise<Metrics> {
    let step = 0;
    for await (const batch of batchesOf("fit", data, { epoch: this.begun + 1, seed: this.seed })) {
      signal?.throwIfAborted();
      const works = this.prepared(batch);
      if (step === 0) works.training.reset();
      await works.step.run(batch);
      if (step++ === 0) this.begun++;
      const report = { epoch, step, steps: data.length, read: async () => (await works.training.read()).metrics };
      for (const callback of callbacks) await callback.onStep?.(report);
      await this.eventLoop.breathe();
    }
    if (step === 0) throw emptyData("fit");
    return this.endOfEpoch(epoch);
  }

  private async endOfEpoch(epoch: number): Promise<Metrics> {
    const works = this.built();
    const { model, optimizer, step, training } = works;
    await step.flush();
    works.spoilt ??= finiteCheck(
      [...model.trainable, ...optimizer.state.map(({ variable }) => variable), ...step.updated],
      this.registry.backends[0],
    );
    const [{ metrics, failure }, spoilt] = await Promise.all([training.read(), works.spoilt()]);
    if (failure !== undefined) throw failed("fit", failure, epoch);
    if (spoilt === undefined) return metrics;
    // Why: A step may spoil a parameter without any loss that would show it: the last one, or one whose samples do not reach it. What an
    // optimizer keeps, such as running squares of gradients, overflows first.
    throw new GradloomError(
      "not-finite",
      `fit: after epoch ${epoch}, ${spoilt.name} holds infinite numbers or NaN; lower the learning rate or clip the gradients`,
    );
  }

  private async measure(data: Dataset, signal: AbortSignalLike | undefined): Promise<Metrics> {
    let batches = 0;
    for await (const batch of batchesOf("evaluate", data, { epoch: 0, seed: this.seed })) {
      signal?.throwIfAborted();
      const works = this.prepared(batch);
      if (batches++ === 0) works.validation.reset();
      await works.step.evaluate(batch);
      await this.eventLoop.breathe();
    }
    if (batches === 0) throw emptyData("evaluate");
    const { metrics, failure } = await this.built().validation.read();
    if (failure !== undefined) throw failed("evaluate", failure);
    return metrics;
  }

  /** The programs, after a look at the batch: nothing has changed if it is refused. */
  private prepared(batch: Batch): Works {
    checkForm(batch);
    giveKernels(this.registry.kernels, this.registry.backends[0]);
    this.prepare(sampleShapes(batch.x));
    const works = this.built();
    checkBatch(batch, works.model, this.losses);
    return works;
  }

  private prepare(input: Shapes): void {
    if (this.works !== undefined) return;
    const { model: given, dtype = "float32", accumulation = 1, exchange } = this.options;
    const backend: Backend | undefined = this.registry.backends[0];
    const location = backend === undefined ? {} : { backend };
    const model =
      given instanceof Model
        ? given
        : build(given as Given<"layer">, { input, seed: this.seed, dtype, plugins: this.registry, ...location });
    const optimizer = new Optimizer(this.rule, model.parameters);
    const training = new Meter("training", this.metrics, { dtype: model.dtype, backend });
    const validation = new Meter("validation", this.metrics, { dtype: model.dtype, backend });
    const step = new TrainStep({
      model,
      losses: this.losses,
      optimizer,
      training,
      validation,
      backend,
      accumulation,
      exchange,
    });
    this.works = { model, optimizer, training, validation, step };
  }

  private built(): Works {
    if (this.works !== undefined) return this.works;
    throw new GradloomError(
      "not-built",
      "trainer: the model is not built yet; give the input shape, createTrainer({ input: [...] }), or train a step first",
    );
  }

  private async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.busy) {
      throw new GradloomError(
        "trainer-busy",
        "trainer: it is training or evaluating already; await that first, or make another trainer",
      );
    }
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }
}

/** A trainer; names of losses, metrics and so on are checked against what the plugins provide. */
export function createTrainer<const Plugins extends readonly Registrable[] = readonly []>(
  options: TrainerOptions<Plugins>,
): Trainer<Plugins> {
  return new Trainer(options as unknown as TrainerOptions);
}

function emptyData(name: string): GradloomError {
  return new GradloomError(
    "empty-data",
    `${name}: the data gave no batch; a dataset must give at least one for each pass`,
  );
}

function failed(name: string, { step, problem }: Failure, epoch?: number): GradloomError {
  // Why: Losses and other numbers are checked on the device while training goes on, so the error comes some steps later than the step that
  // it names; the model is already spoilt by then. A loss that is no finite number mostly means too large a learning rate, or targets and
  // inputs of very different size: lower it, clip gradients (`clipped(...)`), scale the data, and start again from a snapshot.
  return new GradloomError(
    "check-failed",
    `${name}: since step ${step}${epoch === undefined ? "" : ` of epoch ${epoch}`}, ${problem}`,
  );
}
