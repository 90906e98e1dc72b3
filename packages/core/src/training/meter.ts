import { reshape } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { add, div, equal, less, mul, sub, where } from "../ops/elementwise.ts";
import { zeros } from "../ops/creation.ts";
import { concat } from "../ops/movement.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Check } from "../model/layer.ts";
import type { Metrics } from "./contracts.ts";
import type { NamedMetrics } from "./named-metrics.ts";
import type { Objective } from "./objective.ts";
import { valuesOf } from "./values-of.ts";
import { clear, type Workplace } from "./workplace.ts";

const notFinite =
  "the loss is not a finite number; look for NaN and labels out of range in the data, lower the learning rate or clip the gradients";

/** A check that failed, and the first step of the epoch in which it did. */
export interface Failure {
  readonly step: number;
  readonly problem: string;
}

/** Metrics of predictions, kept on the device as sums over samples and read when they are shown. */
export interface Meter {
  /** Adds a batch: its objective, and what the metrics make of each sample. */
  add(found: Objective): void;
  /** Starts again from nothing. */
  reset(): void;
  /** The metrics so far, and the first check that failed, if one did. */
  read(): Promise<{ readonly metrics: Metrics; readonly failure: Failure | undefined }>;
}

/** A meter whose variables are called after it. */
export function meter(
  name: string,
  metrics: NamedMetrics,
  dtype: "float32" | "float64",
  { cell, compiled }: Workplace,
): Meter {
  const cells: Variable[] = [];
  const zero = (label: string, shape: Shape = []): Variable => {
    const made = cell(`${name}/${label}`, { shape, dtype });
    cells.push(made);
    return made;
  };
  const weight = zero("weight");
  const loss = zero("loss");
  const steps = zero("steps");
  // The first step, from 1, in which a check failed, and which one, from 1; 0 while all hold.
  const failedStep = zero("failedStep");
  const failedCheck = zero("failedCheck");
  let problems: readonly string[] = [];
  const sums = metrics.map(([label, { statistics }]) =>
    Object.fromEntries(
      Object.entries(statistics).map(([statistic, shape]) => [statistic, zero(`${label}/${statistic}`, shape)]),
    ),
  );

  /** Keeps the first check that failed. */
  const watch = (checks: readonly Check[]): void => {
    problems = checks.map(({ problem }) => problem);
    const failed = checks.reduceRight<Tensor>((later, { holds }, at) => where(holds, later, at + 1), zeros([], dtype));
    const sound = less(failedCheck.value, 1);
    const broken = cast(less(0, failed), dtype);
    failedStep.assign(where(sound, mul(broken, steps.value), failedStep.value));
    failedCheck.assign(where(sound, failed, failedCheck.value));
  };
  const grow = (one: Variable, amount: Tensor): void => one.assign(add(one.value, amount));
  const results = compiled(() => {
    const values = metrics.map(([label, metric], at) =>
      checkedNumbers(`metric ${label}: the result`, metric.result(valuesOf(sums[at]!)), []),
    );
    const all = [div(loss.value, weight.value), failedStep.value, failedCheck.value, ...values];
    return concat(all.map((value) => reshape(cast(value, dtype), [1])));
  });
  return {
    add({ objective, prediction, target, weights, weight: total, checks }) {
      const mean = cast(objective, dtype);
      steps.assign(add(steps.value, 1));
      // x - x is 0 for finite numbers only. What a layer says of its numbers comes first: it tells why the loss is none.
      watch([...checks, { holds: equal(sub(mean, mean), 0), problem: notFinite }]);
      grow(weight, total);
      grow(loss, mul(mean, total));
      metrics.forEach(([label, metric], at) => {
        const amounts = metric.amounts(prediction, target, weights);
        for (const [statistic, one] of Object.entries(sums[at]!)) {
          const amount = checkedNumbers(`metric ${label}: the amount of ${statistic}`, amounts?.[statistic], one.shape);
          grow(one, cast(amount, dtype));
        }
      });
    },
    reset: compiled(() => clear(cells)),
    async read() {
      const [mean, step, check, ...values] = await results().data();
      const named = metrics.map(([label], at) => [label, values[at]!] as const);
      return {
        metrics: { loss: mean!, ...Object.fromEntries(named) },
        failure: check! > 0 ? { step: step!, problem: problems[check! - 1]! } : undefined,
      };
    },
  };
}

/** What a metric gave, which must be numbers of the shape. */
function checkedNumbers(what: string, given: unknown, shape: Shape): Tensor {
  if (given instanceof Tensor && sameShape(given.shape, shape)) return given;
  throw new GradloomError("metric-numbers", `${what} is ${showValue(given)}; it must be a tensor ${show(shape)}`);
}
