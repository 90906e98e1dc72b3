import { compile } from "../backend/compile.ts";
import type { Backend } from "../backend/backend.ts";
import { deviceOf } from "../backend/backend-device.ts";
import { reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { add, div, equal, less, mul, sub, where } from "../ops/elementwise.ts";
import { zeros } from "../ops/filled.ts";
import { concat } from "../ops/movement.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type { Check } from "../model/layer.ts";
import type { Metric, Metrics, Statistics } from "./contracts.ts";
import type { Objective } from "./objective.ts";

const notFinite =
  "the loss is not a finite number; look for NaN and labels out of range in the data, lower the learning rate or clip the gradients";

/** A check that failed, and the first step of the epoch in which it did. */
export interface Failure {
  readonly step: number;
  readonly problem: string;
}

/** Metrics of predictions, kept on the device as sums over samples and read when they are shown. */
export class Meter {
  private readonly metrics: readonly (readonly [string, Metric])[];
  private readonly weight: Variable;
  private readonly loss: Variable;
  /** The first step, from 1, in which a check failed, and which one, from 1; 0 while all hold. */
  private readonly failedStep: Variable;
  private readonly failedCheck: Variable;
  private problems: readonly string[] = [];
  private readonly steps: Variable;
  private readonly sums: readonly Readonly<Record<string, Variable>>[];
  private readonly results: () => Tensor;
  private readonly clear: () => void;

  constructor(
    name: string,
    metrics: readonly (readonly [string, Metric])[],
    { dtype, backend }: { readonly dtype: "float32" | "float64"; readonly backend: Backend | undefined },
  ) {
    const device = backend === undefined ? undefined : deviceOf(backend);
    this.metrics = metrics;
    const cell = (label: string, shape: Shape): Variable =>
      new Variable(zeros(shape, dtype), `${name}/${label}`, device);
    this.weight = cell("weight", []);
    this.loss = cell("loss", []);
    this.failedStep = cell("failedStep", []);
    this.failedCheck = cell("failedCheck", []);
    this.steps = cell("steps", []);
    this.sums = metrics.map(([label, { statistics }]) =>
      Object.fromEntries(
        Object.entries(statistics).map(([statistic, shape]) => [statistic, cell(`${label}/${statistic}`, shape)]),
      ),
    );
    const options = backend === undefined ? {} : { backend };
    this.results = compile(() => this.resultsNow(), options);
    this.clear = compile(() => {
      for (const one of this.cells) one.assign(zeros(one.shape, one.dtype));
    }, options);
  }

  private get cells(): readonly Variable[] {
    return [
      this.weight,
      this.loss,
      this.failedStep,
      this.failedCheck,
      this.steps,
      ...this.sums.flatMap((sums) => Object.values(sums)),
    ];
  }

  /** Adds a batch: its objective, and what the metrics make of each sample. */
  add({ objective, prediction, target, weights, checks }: Objective): void {
    const total = sum(weights);
    const loss = cast(objective, weights.dtype);
    this.steps.assign(add(this.steps.value, 1));
    // x - x is 0 for finite numbers only. What a layer says of its numbers comes first: it tells why the loss is none.
    this.watch([...checks, { holds: equal(sub(loss, loss), 0), problem: notFinite }]);
    this.weight.assign(add(this.weight.value, total));
    this.loss.assign(add(this.loss.value, mul(loss, total)));
    this.metrics.forEach(([name, metric], at) => {
      const amounts = metric.amounts(prediction, target, weights);
      for (const [statistic, cell] of Object.entries(this.sums[at]!)) {
        const amount = checkedNumbers(`metric ${name}: the amount of ${statistic}`, amounts?.[statistic], cell.shape);
        cell.assign(add(cell.value, cast(amount, weights.dtype)));
      }
    });
  }

  /** Keeps the first check that failed. */
  private watch(checks: readonly Check[]): void {
    this.problems = checks.map(({ problem }) => problem);
    const failed = checks.reduceRight<Tensor>(
      (later, { holds }, at) => where(holds, later, at + 1),
      zeros([], this.steps.dtype),
    );
    const sound = less(this.failedCheck.value, 1);
    const broken = cast(less(0, failed), failed.dtype);
    this.failedStep.assign(where(sound, mul(broken, this.steps.value), this.failedStep.value));
    this.failedCheck.assign(where(sound, failed, this.failedCheck.value));
  }

  /** Starts again from nothing. */
  reset(): void {
    this.clear();
  }

  /** The metrics so far, and the first check that failed, if one did. */
  async read(): Promise<{ readonly metrics: Metrics; readonly failure: Failure | undefined }> {
    const [loss, step, check, ...values] = await this.results().data();
    const named = this.metrics.map(([name], at) => [name, values[at]!] as const);
    const metrics: Metrics = { loss: loss!, ...Object.fromEntries(named) };
    return { metrics, failure: check! > 0 ? { step: step!, problem: this.problems[check! - 1]! } : undefined };
  }

  private resultsNow(): Tensor {
    const values = this.metrics.map(([name, metric], at) =>
      checkedNumbers(`metric ${name}: the result`, metric.result(valuesOf(this.sums[at]!)), []),
    );
    const all = [div(this.loss.value, this.weight.value), this.failedStep.value, this.failedCheck.value, ...values];
    return concat(all.map((value) => reshape(cast(value, this.loss.dtype), [1])));
  }
}

function valuesOf(cells: Readonly<Record<string, Variable>>): Statistics {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell.value]));
}

/** What a metric gave, which must be numbers of the shape. */
function checkedNumbers(what: string, given: unknown, shape: Shape): Tensor {
  if (given instanceof Tensor && sameShape(given.shape, shape)) return given;
  throw new GradloomError("metric-numbers", `${what} is ${showValue(given)}; it must be a tensor ${show(shape)}`);
}
