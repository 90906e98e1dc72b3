import type { Tensors } from "../model/layer.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** How far predictions are from targets: one number for each sample, [batch]. */
export interface Loss {
  (prediction: Tensor, target: Tensor): Tensor;
  /** Throws where the shapes do not fit or the numbers of a target that is known on the host are out of range. */
  check?(prediction: TensorSpec, target: Tensor): void;
}

/** Sums that are kept on the device, by name. */
export type Statistics = Readonly<Record<string, Tensor>>;

/** A number about predictions that is made of sums over samples, so that any split into batches gives the same. */
export interface Metric {
  /** Shapes of the sums. */
  readonly statistics: Readonly<Record<string, Shape>>;
  /** What a batch adds to each; `weights` is [batch]. */
  amounts(prediction: Tensor, target: Tensor, weights: Tensor): Statistics;
  /** The number that the sums tell, []. */
  result(statistics: Statistics): Tensor;
}

/** Samples that are trained on together: the batch axis comes first, `weights` is [batch]. One of weight 0 is not there, whatever its loss and metrics. */
export interface Batch {
  readonly x: Tensors;
  readonly y: Tensors;
  readonly weights?: Tensor;
}

/** Data in batches, once through for each epoch; the same seed and epoch give the same batches. */
export interface Dataset {
  batches(pass: { readonly epoch: number; readonly seed: number }): Iterable<Batch> | AsyncIterable<Batch>;
  /** Batches in an epoch, where it is known. */
  readonly length?: number;
}

/** Metrics by name; `loss` is always among them. */
export type Metrics = Readonly<Record<string, number>> & { readonly loss: number };

/** What a step leaves: `read` waits for the metrics of the epoch so far. */
export interface StepReport {
  readonly epoch: number;
  /** Steps of this epoch, this one included. */
  readonly step: number;
  /** Steps in an epoch, where it is known. */
  readonly steps: number | undefined;
  read(): Promise<Metrics>;
}

/** What an epoch leaves. */
export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly metrics: Metrics;
  readonly validation: Metrics | undefined;
}

/** Optional hooks into training, which return (or resolve to) nothing; `onEpochEnd` may give "stop", which ends it. */
export interface Callback {
  onTrainStart?(training: { readonly epochs: number; readonly trainer: TrainerView }): void | Promise<void>;
  onEpochStart?(epoch: { readonly epoch: number; readonly epochs: number }): void | Promise<void>;
  onStep?(report: StepReport): void | Promise<void>;
  onEpochEnd?(report: EpochReport): void | "stop" | Promise<void | "stop">;
  onTrainEnd?(reports: readonly EpochReport[]): void | Promise<void>;
  /** In place of the end, when training stops with an error or is aborted; `fit` then rejects with that error, whatever becomes of this. */
  onTrainFail?(error: unknown): void | Promise<void>;
}

/** What callbacks may do with the trainer. */
export interface TrainerView {
  setLearningRate(learningRate: number): void;
  /** What `snapshot` copies and `restore` puts back. */
  readonly progress: Progress;
}

/** What waits for the rest of a step. */
export interface Gathering {
  /** What is summed. */
  readonly cells: readonly Variable[];
  /** Batches that were added since the parameters last changed. */
  waiting: number;
  /** Adds a batch, and takes the step if it was the last of one. */
  add(...batch: readonly Tensor[]): Promise<void>;
  /** Takes the step with what there is. */
  flush(): Promise<void>;
  /** Forgets what there is. */
  discard(): void;
}

/** Everything that decides how training goes on. */
export interface Progress {
  /** What training changes: variables of the model, of the optimizer and of the trainer. */
  readonly variables: readonly Variable[];
  /** What waits for the rest of a step, where a step has several batches. */
  readonly gathering: Gathering | undefined;
  /** Epochs that were begun, over all fits, so that no two see the data in one order. */
  epochs: number;
}

declare module "../plugin/kinds.ts" {
  interface Kinds {
    loss: Loss;
    metric: Metric;
    callback: Callback;
  }
}
