import {
  type Callback,
  define,
  type EpochReport,
  type FactoryOf,
  finiteNumber,
  flag,
  GradloomError,
  oneOf,
  restore,
  type Snapshot,
  snapshot,
  text,
  type TrainerView,
  wholeNumber,
} from "@gradloom/core";
import { metricOf } from "./metrics-of.ts";

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  /** What is watched: `validation/loss` if left out; `loss` and the like are of the training data. */
  readonly metric?: string;
  /** Which values are good. Losses are lowest at best; for others it must be said. */
  readonly best?: "lowest" | "highest";
  /** Epochs without a better value before training ends; 3 if left out. */
  readonly patience?: number;
  /** By how much a value must be better to count; 0 if left out. */
  readonly minimumChange?: number;
  /** Whether all weights and states become those of the best epoch at the end; true if left out. */
  readonly restoreBest?: boolean;
}

/** Ends training when a metric gets no better, and goes back to the best epoch (Prechelt 1998, https://doi.org/10.1007/3-540-49430-8_3). */
export const earlyStopping: FactoryOf<"callback", EarlyStoppingOptions, "earlyStopping"> = /*#__PURE__*/ define(
  "callback",
  "earlyStopping",
  {
    metric: text,
    best: oneOf("lowest", "highest"),
    patience: wholeNumber(1),
    minimumChange: finiteNumber(0),
    restoreBest: flag,
  },
  (options: EarlyStoppingOptions): Callback => {
    const { metric = "validation/loss", patience = 3, minimumChange = 0, restoreBest = true } = options;
    const sign = signOf(metric, options.best);
    let trainer: TrainerView | undefined;
    let best: { readonly value: number; readonly epoch: number; readonly snapshot: Snapshot | undefined } | undefined;
    let last = 0;
    return {
      onTrainStart(training) {
        ({ trainer } = training);
        best = undefined;
        last = 0;
      },
      async onEpochEnd(report: EpochReport) {
        const value = sign * metricOf("earlyStopping", report, metric);
        last = report.epoch;
        if (!Number.isNaN(value) && (best === undefined || value < best.value - minimumChange)) {
          best = { value, epoch: last, snapshot: restoreBest ? trainer && (await snapshot(trainer)) : undefined };
          return undefined;
        }
        return last - (best?.epoch ?? 0) >= patience ? "stop" : undefined;
      },
      onTrainEnd() {
        if (trainer && best?.snapshot !== undefined && best.epoch !== last) restore(trainer, best.snapshot);
      },
    };
  },
);

/** What values are multiplied by so that smaller is better. */
function signOf(metric: string, best: EarlyStoppingOptions["best"]): number {
  if (best !== undefined) return best === "lowest" ? 1 : -1;
  if (/(^|\/)loss$/.test(metric)) return 1;
  throw new GradloomError(
    "early-stopping",
    `earlyStopping: say whether the lowest or the highest "${metric}" is best, e.g. { metric: "${metric}", best: "highest" }`,
  );
}
