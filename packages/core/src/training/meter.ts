import { compile } from "../backend/compile.ts";
import type { Backend } from "../backend/backend.ts";
import { deviceOf } from "../backend/backend-device.ts";
import { broadcastTo, reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { newLeaf } from "../ops/creation.ts";
import { add, div, equal, less, logicalNot, mul, sub, where } from "../ops/elementwise.ts";
import { concat } from "../ops/movement.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type { Metric, Metrics, Statistics } from "./contracts.ts";

/** Metrics of predictions, kept on the device as sums over samples and read when they are shown. */
export class Meter {
  private readonly metrics: readonly (readonly [string, Metric])[];
  private readonly weight: Variable;
  private readonly loss: Variable;
  /** The first step, from 1, whose loss was not finite; 0 while there is none. */
  private readonly firstBad: Variable;
  private readonly steps: Variable;
  private readonly sums: readonly Readonly<Record<string, Variable>>[];
  private readonly results: () => Tensor;
  private readonly clear: () => void;

  constructor(name: string, metrics: readonly (readonly [string, Metric])[], backend: Backend | undefined) {
    const device = backend === undefined ? undefined : deviceOf(backend);
    this.metrics = metrics;
    const cell = (label: string, shape: Shape): Variable => new Variable(zeros(shape), `${name}/${label}`, device);
    this.weight = cell("weight", []);
    this.loss = cell("loss", []);
    this.firstBad = cell("firstBad", []);
    this.steps = cell("steps", []);
    this.sums = metrics.map(([label, { statistics }]) =>
      Object.fromEntries(
        Object.entries(statistics).map(([statistic, shape]) => [statistic, cell(`${label}/${statistic}`, shape)]),
      ),
    );
    const options = backend === undefined ? {} : { backend };
    this.results = compile(() => this.resultsNow(), options);
    this.clear = compile(() => {
      for (const one of this.cells) one.assign(zeros(one.shape));
    }, options);
  }

  private get cells(): readonly Variable[] {
    return [this.weight, this.loss, this.firstBad, this.steps, ...this.sums.flatMap((sums) => Object.values(sums))];
  }

  /** Adds a batch: its objective, and what the metrics make of each sample. */
  add(objective: Tensor, prediction: Tensor, target: Tensor, weights: Tensor): void {
    const total = cast(sum(weights), "float32");
    const loss = cast(objective, "float32");
    const step = add(this.steps.value, 1);
    // x - x is 0 for finite numbers only.
    const bad = logicalNot(equal(sub(loss, loss), 0));
    this.firstBad.assign(where(less(this.firstBad.value, 1), mul(cast(bad, "float32"), step), this.firstBad.value));
    this.steps.assign(step);
    this.weight.assign(add(this.weight.value, total));
    this.loss.assign(add(this.loss.value, mul(loss, total)));
    this.metrics.forEach(([, metric], at) => {
      const amounts = metric.amounts(prediction, target, weights);
      for (const [statistic, cell] of Object.entries(this.sums[at]!))
        cell.assign(add(cell.value, cast(amounts[statistic]!, "float32")));
    });
  }

  /** Starts again from nothing. */
  reset(): void {
    this.clear();
  }

  /** The metrics so far, and the first step whose loss was not finite, if there was one. */
  async read(): Promise<{ readonly metrics: Metrics; readonly firstBad: number | undefined }> {
    const [loss, firstBad, ...values] = await this.results().data();
    const metrics: Record<string, number> = { loss: loss! };
    this.metrics.forEach(([name], at) => {
      metrics[name] = values[at]!;
    });
    return { metrics, firstBad: firstBad! > 0 ? firstBad : undefined };
  }

  private resultsNow(): Tensor {
    const values = this.metrics.map(([, metric], at) => metric.result(valuesOf(this.sums[at]!)));
    const all = [div(this.loss.value, this.weight.value), this.firstBad.value, ...values];
    return concat(all.map((value) => reshape(cast(value, "float32"), [1])));
  }
}

function valuesOf(cells: Readonly<Record<string, Variable>>): Statistics {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell.value]));
}

function zeros(shape: Shape): Tensor {
  return broadcastTo(newLeaf({ kind: "number", value: 0 }, { shape: [], dtype: "float32" }), shape);
}
