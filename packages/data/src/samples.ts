import {
  type Batch,
  checkOptions,
  type Dataset,
  deriveKey,
  type Fields,
  flag,
  GradloomError,
  oneOf,
  showValue,
  wholeNumber,
  type RandomKey,
  randomKey,
  sizeOf,
  type Tensor,
  type Tensors,
} from "@gradloom/core";
import { checkChange, checkChanged } from "./check-change.ts";
import { checkCount } from "./check-count.ts";
import type { Column } from "./column.ts";
import { gatherRows, type Scaled } from "./gather-rows.ts";
import { permutation } from "./permutation.ts";
import { interleaved, type Parts, splitRows } from "./split-rows.ts";

/** Numbers of all samples, and what is done with them. */
interface Settings {
  /** Inputs, targets, and weights if there are any; `several` says which are lists. */
  readonly x: readonly Scaled[];
  readonly y: readonly Column[];
  readonly weights: Column | undefined;
  readonly several: { readonly x: boolean; readonly y: boolean };
  /** Which samples there are, in their order; all if undefined. */
  readonly rows: Uint32Array | undefined;
  readonly batchSize: number;
  readonly dropRemainder: boolean;
  /** Where the order of an epoch comes from besides the epoch. */
  readonly order: "as it is" | "seed of the trainer" | number;
  readonly changes: readonly ((batch: Batch) => Batch)[];
}

/** How `batch` cuts. */
export interface BatchOptions {
  /** Whether a last batch that is short is left out; false if left out. */
  readonly dropRemainder?: boolean;
}

/** How `split` chooses samples. */
export interface SplitOptions {
  /**
   * `random` if left out; `ordered` takes the first samples for the first part; `stratified` is random with each class in its share of the whole in
   * each part, by class numbers or one-hot rows of the first target.
   */
  readonly choice?: "random" | "ordered" | "stratified";
  /** Decides random choices; 0 if left out. */
  readonly seed?: number;
}

/** The schema of how `batch` cuts. */
export const batchFields: Fields<BatchOptions> = { dropRemainder: flag };

const splitFields: Fields<SplitOptions> = {
  choice: oneOf("random", "ordered", "stratified"),
  seed: wholeNumber(),
};

/** Samples in memory, as a data set of batches of 32. Every method gives another data set over the same numbers. */
export class Samples implements Dataset {
  private readonly settings: Settings;

  constructor(settings: Pick<Settings, "x" | "y" | "weights" | "several"> & Partial<Settings>) {
    this.settings = {
      rows: undefined,
      batchSize: 32,
      dropRemainder: false,
      order: "as it is",
      changes: [],
      ...settings,
    };
  }

  /** Number of samples. */
  get size(): number {
    const { rows, x } = this.settings;
    return rows?.length ?? x[0]!.shape[0]!;
  }

  /** Number of batches. */
  get length(): number {
    const { batchSize, dropRemainder } = this.settings;
    return dropRemainder ? Math.floor(this.size / batchSize) : Math.ceil(this.size / batchSize);
  }

  /** In batches of `size` samples; the last may be short, unless it is dropped. */
  batch(size: number, options: BatchOptions = {}): Samples {
    checkOptions("batch", batchFields, options);
    const { dropRemainder = false } = options;
    checkCount("batch", "the size", size);
    return this.with({ batchSize: size, dropRemainder });
  }

  /** In another order in each epoch, which the seed (that of the trainer if left out) and the epoch decide. */
  shuffle(options: { readonly seed?: number } = {}): Samples {
    checkOptions("shuffle", { seed: wholeNumber() }, options);
    const { seed } = options;
    if (seed !== undefined) randomKey(seed);
    return this.with({ order: seed ?? "seed of the trainer" });
  }

  /** The first `count` samples. */
  take(count: number): Samples {
    checkCount("take", "the number of samples", count);
    return this.select(this.rows().subarray(0, count));
  }

  /**
   * Parts without a sample in common: shares (numbers below 1) or counts. `split(0.8)` gives 80 % and the rest. The parts do not depend on
   * the epoch, whether the samples are shuffled or not.
   */
  split(first: number, options?: SplitOptions): readonly [Samples, Samples];
  split(parts: readonly number[], options?: SplitOptions): readonly Samples[];
  split(parts: Parts, options: SplitOptions = {}): readonly Samples[] {
    checkOptions("split", splitFields, options);
    const { choice = "random", seed = 0 } = options;
    const drawn = choice === "ordered" ? this.rows() : this.shuffled(deriveKey(randomKey(seed), "split"));
    const order = choice === "stratified" ? interleaved(drawn, classesOf(this.settings.y[0]!)) : drawn;
    return splitRows(order, parts).map((part) => this.select(part));
  }

  /** Inputs as float32 numbers times a factor: the bytes of an image become 0 to 1 by `scale(1 / 255)`. */
  scale(factor: number): Samples {
    if (!Number.isFinite(factor))
      throw new GradloomError("scale", `scale: the factor is ${showValue(factor)}; it must be a finite number`);
    const x = this.settings.x.map((column) => ({ ...column, factor: factor * (column.factor ?? 1) }));
    return this.with({ x });
  }

  /** Each batch as `change` makes it; it may compute with tensors, which are computed where the model is. */
  map(change: (batch: Batch) => Batch): Samples {
    checkChange(change);
    return this.with({ changes: [...this.settings.changes, change] });
  }

  *batches({ epoch, seed }: { readonly epoch: number; readonly seed: number }): Generator<Batch> {
    const { batchSize, dropRemainder, changes } = this.settings;
    if (this.length === 0) {
      throw new GradloomError(
        "batch-size",
        `batch: ${this.size} samples make no whole batch of ${batchSize}; take smaller batches, or leave dropRemainder out`,
      );
    }
    const order = this.orderOf(epoch, seed);
    const end = dropRemainder ? this.length * batchSize : this.size;
    for (let start = 0; start < end; start += batchSize) {
      const batch = this.gather(order, start, Math.min(start + batchSize, end));
      yield changes.reduce((changed, change) => checkChanged(change(changed)), batch);
    }
  }

  private with(change: Partial<Settings>): Samples {
    return new Samples({ ...this.settings, ...change });
  }

  private select(rows: Uint32Array): Samples {
    return this.with({ rows });
  }

  private rows(): Uint32Array {
    return this.settings.rows ?? Uint32Array.from({ length: this.size }, (_, at) => at);
  }

  private orderOf(epoch: number, seed: number): Uint32Array | undefined {
    const { order, rows } = this.settings;
    if (order === "as it is") return rows;
    return this.shuffled(deriveKey(randomKey(order === "seed of the trainer" ? seed : order), "shuffle", epoch));
  }

  /** The rows in an order that the key decides. */
  private shuffled(key: RandomKey): Uint32Array {
    const { rows } = this.settings;
    const drawn = permutation(key, this.size);
    return rows === undefined ? drawn : drawn.map((at) => rows[at]!);
  }

  private gather(order: Uint32Array | undefined, start: number, end: number): Batch {
    const { x, y, weights, several } = this.settings;
    const tensorsOf = (columns: readonly Scaled[], list: boolean): Tensors => {
      const tensors: readonly Tensor[] = columns.map((column) => gatherRows(column, order, start, end));
      return list ? tensors : tensors[0]!;
    };
    return {
      x: tensorsOf(x, several.x),
      y: tensorsOf(y, several.y),
      ...(weights === undefined ? {} : { weights: gatherRows(weights, order, start, end) }),
    };
  }
}

/** The class of each row of a target: the number itself, or the place of the largest of several. */
function classesOf({ data, shape }: Column): (row: number) => number {
  const width = sizeOf(shape.slice(1));
  if (width === 1) return (row) => data[row]!;
  return (row) => {
    let best = 0;
    for (let at = 1; at < width; at++) if (data[row * width + at]! > data[row * width + best]!) best = at;
    return best;
  };
}
