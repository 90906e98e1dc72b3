import { checkOptions, type Fields } from "../errors/options.ts";
import { anyFunction, wholeNumber } from "../errors/rules.ts";
import type { Model } from "../model/model.ts";
import { cast } from "../ops/cast.ts";
import { add, div, mul } from "../ops/elementwise.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Gathering } from "./contracts.ts";
import { divisorOf } from "./objective.ts";
import type { Optimizer } from "./optimizer.ts";
import { clear, type Workplace } from "./workplace.ts";

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

/** What makes a step of several batches. */
export interface AccumulateOptions {
  /** How many; 1 if left out. */
  readonly batches?: number;
  readonly exchange?: Exchange;
}

/** The gradients of a batch, and how much all its samples count together, []. */
export interface StepGradients {
  readonly gradients: readonly Tensor[];
  readonly weight: Tensor;
}

/** Makes steps of several batches, for the `accumulation` of a trainer. */
export type Accumulation = (
  step: Workplace & {
    readonly model: Model;
    readonly optimizer: Optimizer;
    readonly pass: (batch: readonly Tensor[]) => StepGradients;
  },
) => Gathering;

const accumulateFields: Fields<AccumulateOptions> = { batches: wholeNumber(1), exchange: anyFunction() };

/** Steps of several batches, as of one that has all their samples: `createTrainer({ …, accumulation: accumulate({ batches: 4 }) })`. */
export function accumulate(options: AccumulateOptions = {}): Accumulation {
  checkOptions("accumulate", accumulateFields, options);
  const { batches = 1, exchange } = options;
  return ({ model, optimizer, pass, cell, compiled }) => {
    const gradients = model.trainable.map((variable) => cell(`trainer/gradient/${variable.name}`, variable));
    const weight = cell("trainer/gradientWeight", { shape: [], dtype: model.dtype });
    const cells = [...gradients, weight];
    const gather = compiled((...batch) => {
      const found = pass(batch);
      const total = found.weight;
      gradients.forEach((sums, at) => sums.assign(add(sums.value, mul(found.gradients[at]!, cast(total, sums.dtype)))));
      weight.assign(add(weight.value, total));
    });
    const apply = compiled(() => {
      const total = divisorOf(weight.value);
      optimizer.update(gradients.map(({ value, dtype }) => div(value, cast(total, dtype))));
      clear(cells);
    });
    const gathering: Gathering = {
      cells,
      waiting: 0,
      async add(...batch) {
        gather(...batch);
        if (++gathering.waiting >= batches) await gathering.flush();
      },
      async flush() {
        if (gathering.waiting === 0) return;
        await exchange?.({ gradients, weight });
        apply();
        gathering.waiting = 0;
      },
      discard() {
        if (gathering.waiting === 0) return;
        gathering.waiting = 0;
        clear(cells);
        commit([], { on: placeOf(weight) });
      },
    };
    return gathering;
  };
}
