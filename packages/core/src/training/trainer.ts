import { giveKernels } from "../runtime/backend-device.ts";
import type { Argument } from "../runtime/compile.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions } from "../errors/options.ts";
import { showValue } from "../errors/show-value.ts";
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
import type { Batch, Callback, Dataset, EpochReport, Loss, Metrics, Progress, TrainerView } from "./contracts.ts";
import { breather } from "./event-loop.ts";
import { finiteCheck } from "./finite-check.ts";
import { type Meter, meter } from "./meter.ts";
import { type NamedMetrics, namedMetrics } from "./named-metrics.ts";
import { Optimizer } from "./optimizer.ts";
import { type TrainStep, trainStep } from "./train-step.ts";
import {
  type AbortSignalLike,
  evaluateFields,
  type EvaluateOptions,
  fitFields,
  type FitOptions,
  trainerFields,
  type TrainerOptions,
} from "./trainer-options.ts";
import { type Workplace, workplaceOn } from "./workplace.ts";

/** A model with its optimizer and programs, once the input shape is known. */
interface Works {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly training: Meter;
  readonly validation: Meter;
  readonly step: TrainStep;
  readonly progress: Progress;
  readonly workplace: Workplace;
  /** The first variable that holds no finite numbers; made once it is known which states training changes. */
  spoilt?: () => Promise<Variable | undefined>;
}

/** How long and on what to train. */
interface Fit {
  readonly epochs: number;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignalLike | undefined;
  readonly validation: Dataset | undefined;
}

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
  private readonly breathe: () => Promise<void> = breather();
  private works: Works | undefined;
  private busy = false;

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

  /** What `snapshot` copies and `restore` puts back. */
  get progress(): Progress {
    return this.built().progress;
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
    const { epochs = 1, callbacks: more = [], signal, validation } = options;
    signal?.throwIfAborted();
    return this.exclusively(async () => {
      const callbacks = [...this.callbacks, ...this.resolved(more as FitOptions["callbacks"] & {})];
      try {
        return await this.epochs(data, { epochs, callbacks, signal, validation });
      } catch (error) {
        for (const callback of callbacks) await tell([callback], "onTrainFail", error).catch(() => {});
        throw error;
      }
    });
  }

  private resolved(callbacks: readonly Given<"callback">[]): readonly Callback[] {
    return callbacks.map((given) => checkCallback(this.registry.resolve("callback", given)));
  }

  private async epochs(data: Dataset, { epochs, callbacks, signal, validation }: Fit): Promise<readonly EpochReport[]> {
    const reports: EpochReport[] = [];
    this.works?.step.gathering?.discard();
    await tell(callbacks, "onTrainStart", { epochs, trainer: this });
    let stop = false;
    for (let epoch = 1; epoch <= epochs && !stop; epoch++) {
      await tell(callbacks, "onEpochStart", { epoch, epochs });
      const metrics = await this.epoch(data, epoch, callbacks, signal);
      const measured = validation === undefined ? undefined : await this.measure(validation, signal);
      const report: EpochReport = { epoch, epochs, metrics, validation: measured };
      reports.push(report);
      stop = await tell(callbacks, "onEpochEnd", report);
    }
    await tell(callbacks, "onTrainEnd", reports);
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
    return this.prepare(sampleShapes(inputs)).step.predict(inputs);
  }

  private async epoch(
    data: Dataset,
    epoch: number,
    callbacks: readonly Callback[],
    signal: AbortSignalLike | undefined,
  ): Promise<Metrics> {
    const begun = this.works?.progress.epochs ?? 0;
    const works = await this.through("fit", data, begun + 1, signal, async (at, batch, count) => {
      if (count === 1) at.training.reset();
      await at.step.run(batch);
      if (count === 1) at.progress.epochs++;
      const current = async (): Promise<Metrics> => (await at.training.read()).metrics;
      await tell(callbacks, "onStep", { epoch, step: count, steps: data.length, read: current });
    });
    const { model, optimizer, step, training, workplace } = works;
    await step.gathering?.flush();
    works.spoilt ??= finiteCheck(
      [...model.trainable, ...optimizer.state.map(({ variable }) => variable), ...step.updated],
      workplace,
    );
    const [metrics, found] = await Promise.all([read("fit", training, epoch), works.spoilt()]);
    if (found === undefined) return metrics;
    // Why: A step may spoil a parameter without any loss that would show it: the last one, or one whose samples do not reach it. What an
    // optimizer keeps, such as running squares of gradients, overflows first.
    throw new GradloomError(
      "not-finite",
      `fit: after epoch ${epoch}, ${found.name} holds infinite numbers or NaN; lower the learning rate or clip the gradients`,
    );
  }

  private async measure(data: Dataset, signal: AbortSignalLike | undefined): Promise<Metrics> {
    const { validation } = await this.through("evaluate", data, 0, signal, (at, batch, count) => {
      if (count === 1) at.validation.reset();
      return at.step.evaluate(batch);
    });
    return read("evaluate", validation);
  }

  /** Does something with each batch of a pass over data, and its number in the pass, from 1. */
  private async through(
    name: string,
    data: Dataset,
    epoch: number,
    signal: AbortSignalLike | undefined,
    each: (works: Works, batch: Batch, count: number) => Promise<void>,
  ): Promise<Works> {
    let count = 0;
    for await (const batch of batchesOf(name, data, { epoch, seed: this.seed })) {
      signal?.throwIfAborted();
      await each(this.prepared(batch), batch, ++count);
      await this.breathe();
    }
    if (count > 0) return this.built();
    throw new GradloomError(
      "empty-data",
      `${name}: the data gave no batch; a dataset must give at least one for each pass`,
    );
  }

  /** The programs, after a look at the batch: nothing has changed if it is refused. */
  private prepared(batch: Batch): Works {
    checkForm(batch);
    giveKernels(this.registry.kernels, this.registry.backends[0]);
    const works = this.prepare(sampleShapes(batch.x));
    checkBatch(batch, works.model, this.losses);
    return works;
  }

  private prepare(input: Shapes): Works {
    return (this.works ??= this.newWorks(input));
  }

  private newWorks(input: Shapes): Works {
    const { options, registry, losses, metrics, seed } = this;
    const { model: given, dtype = "float32", accumulation } = options;
    const [backend] = registry.backends;
    const workplace = workplaceOn(backend);
    const model =
      given instanceof Model ? given : build(given as Given<"layer">, { input, seed, dtype, plugins: registry });
    const optimizer = new Optimizer(this.rule, model.parameters);
    const training = meter("training", metrics, model.dtype, workplace);
    const validation = meter("validation", metrics, model.dtype, workplace);
    const step = trainStep({ model, losses, optimizer, training, validation, workplace, accumulation });
    const own = [...model.parameters, ...model.states, ...optimizer.state].map(({ variable }) => variable);
    const progress: Progress = { variables: [...own, step.passes], gathering: step.gathering, epochs: 0 };
    return { model, optimizer, training, validation, step, progress, workplace };
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

/** Tells callbacks, one after the other; whether one of them says "stop". */
async function tell(callbacks: readonly Callback[], hook: keyof Callback, about: unknown): Promise<boolean> {
  let stop = false;
  for (const callback of callbacks as readonly Readonly<Record<string, (about: unknown) => unknown>>[]) {
    const said = await callback[hook]?.(about);
    if (said === undefined) continue;
    stop = hook === "onEpochEnd" && said === "stop";
    if (stop) continue;
    throw new GradloomError(
      "callback-result",
      `fit: ${hook} of a callback gave ${showValue(said)}; hooks give nothing, only onEpochEnd may give "stop"`,
    );
  }
  return stop;
}

/** The metrics of a pass over data, unless a check failed in it. */
async function read(name: string, from: Meter, epoch?: number): Promise<Metrics> {
  const { metrics, failure } = await from.read();
  if (failure === undefined) return metrics;
  // Why: Losses and other numbers are checked on the device while training goes on, so the error comes some steps later than the step that
  // it names; the model is already spoilt by then. A loss that is no finite number mostly means too large a learning rate, or targets and
  // inputs of very different size: lower it, clip gradients (`clipped(...)`), scale the data, and start again from a snapshot.
  throw new GradloomError(
    "check-failed",
    `${name}: since step ${failure.step}${epoch === undefined ? "" : ` of epoch ${epoch}`}, ${failure.problem}`,
  );
}
