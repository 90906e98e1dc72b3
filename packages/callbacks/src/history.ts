import { type Callback, define, type EpochReport, type FactoryOf } from "@gradloom/core";
import { metricOf } from "./metrics-of.ts";

/** What a history tells. */
export interface History extends Callback {
  /** Of every epoch that ended, in order, also where training was stopped or failed. */
  readonly reports: readonly EpochReport[];
  /** One metric in each epoch: `loss` of the training data, `validation/loss` of the validation data. */
  values(metric: string): readonly number[];
}

/** Keeps the metrics of every epoch of each `fit` that it is given to: for curves, and for what a fit that failed had reached. */
export const history: (() => History) & FactoryOf<"callback", object, "history"> = /*#__PURE__*/ define(
  "callback",
  "history",
  {},
  (): History => {
    const reports: EpochReport[] = [];
    return {
      reports,
      values: (metric) => reports.map((report) => metricOf("history", report, metric)),
      onEpochEnd: (report) => void reports.push(report),
    };
  },
) as (() => History) & FactoryOf<"callback", object, "history">;
