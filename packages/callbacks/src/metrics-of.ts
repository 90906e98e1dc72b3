import { type EpochReport, GradloomError, type Metrics } from "@gradloom/core";

/** The metrics of an epoch by one name each: `loss` is of the training data, `validation/loss` of the validation data. */
export function metricsOf({ metrics, validation }: EpochReport): Metrics {
  const measured = Object.entries(validation ?? {}).map(([name, value]) => [`validation/${name}`, value]);
  return { ...metrics, ...Object.fromEntries(measured) };
}

/** One metric of an epoch; an error that lists those there are if it is none of them. */
export function metricOf(caller: string, report: EpochReport, metric: string): number {
  const all = metricsOf(report);
  const value = all[metric];
  if (value !== undefined) return value;
  throw new GradloomError(
    "unknown-metric",
    `${caller}: there is no metric "${metric}"; there are ${Object.keys(all).join(", ")}. Give the Trainer the metric, and fit a validation set for those that begin with validation/`,
  );
}
