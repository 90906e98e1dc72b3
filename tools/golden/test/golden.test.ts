import { readFileSync } from "node:fs";
import { gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  gradients,
  mul,
  Optimizer,
  type OptimizerRule,
  slice,
  sub,
  sum,
  tensor,
  type Tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { adam, adamW, clipped, sgd } from "@gradloom/optimizers";
import { beforeAll, describe, expect, test } from "vitest";
import { golden } from "../src/generate.ts";

interface Activations {
  readonly elementwise: readonly {
    readonly name: string;
    readonly inputs: readonly number[];
    readonly values: readonly number[];
    readonly slopes: readonly number[];
  }[];
  readonly softmax: readonly {
    readonly logits: readonly number[];
    readonly values: readonly number[];
    readonly slopesOfFirst: readonly number[];
  }[];
}

type Losses = readonly {
  readonly name: string;
  readonly predictions: readonly (readonly number[])[];
  readonly targets: readonly number[] | readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}[];

interface Optimizers {
  readonly starts: readonly (readonly number[])[];
  readonly goals: readonly (readonly number[])[];
  readonly pulls: readonly (readonly number[])[];
  readonly trajectories: readonly {
    readonly name: string;
    readonly path: readonly (readonly (readonly number[])[])[];
  }[];
}

function stored(name: string): string {
  return readFileSync(new URL(`../values/${name}.json`, import.meta.url), "utf8");
}

const unit = 2 ** -52;
const double = (values: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: "float64" });

/** Each number within so many roundings of numbers of the size of the largest that takes part. */
async function expectNear(got: Tensor, wanted: readonly number[], roundings: number, size: number): Promise<void> {
  const numbers = await got.data();
  expect(numbers).toHaveLength(wanted.length);
  wanted.forEach((value, at) => expect(Math.abs(numbers[at]! - value)).toBeLessThanOrEqual(roundings * unit * size));
}

beforeAll(() => useBackend(cpu()));

test.each(Object.entries(golden))("the golden values of %s are what their generator gives", (name, compute) => {
  expect(JSON.parse(stored(name))).toEqual(JSON.parse(JSON.stringify(compute())));
});

describe("activations", () => {
  const { elementwise, softmax: rows } = JSON.parse(stored("activations")) as Activations;
  const ours: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    linear,
    relu,
    leakyRelu,
    sigmoid,
    tanh,
    gelu,
    geluTanh: (x) => gelu(x, { approximate: "tanh" }),
  };

  test.each(elementwise)("$name gives the golden values and slopes", async ({ name, inputs, values, slopes }) => {
    const x = double(inputs);
    const y = ours[name]!(x);
    // The longest formula, of gelu's slope, has some ten operations, none of which makes numbers larger than x² at 20.
    await expectNear(y, values, 10, 20);
    await expectNear(gradients(sum(y), [x])[0]!, slopes, 10, 400);
  });

  test.each(rows)("softmax of $logits", async ({ logits, values, slopesOfFirst }) => {
    const x = double(logits);
    const y = softmax(x);
    await expectNear(y, values, 10, 1);
    await expectNear(gradients(sum(slice(y, [0], [1])), [x])[0]!, slopesOfFirst, 10, 1);
  });
});

describe("losses", () => {
  const ours: Readonly<Record<string, (prediction: Tensor, target: Tensor) => Tensor>> = {
    softmaxCrossEntropy,
    softmaxCrossEntropyOfProbabilities: softmaxCrossEntropy,
    softmaxCrossEntropySmoothed: (prediction, target) =>
      softmaxCrossEntropy(prediction, target, { labelSmoothing: 0.1 }),
    binaryCrossEntropy,
    mse,
  };

  test.each(JSON.parse(stored("losses")) as Losses)(
    "$name",
    async ({ name, predictions, targets, values, ...golden }) => {
      const x = double(predictions);
      const loss = ours[name]!(x, double(targets));
      // Rows of four numbers up to 30, whose squares are up to 961.
      await expectNear(loss, values, 20, 961);
      await expectNear(gradients(sum(loss), [x])[0]!, golden.gradients.flat(), 20, 30);
    },
  );
});

describe("optimizers", () => {
  const { starts, goals, pulls, trajectories } = JSON.parse(stored("optimizers")) as Optimizers;
  const plain = { learningRate: 0.1 };
  const ours: Readonly<Record<string, OptimizerRule>> = {
    sgd: sgd(plain),
    momentum: sgd({ learningRate: 0.01, momentum: 0.9 }),
    nesterov: sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true }),
    adam: adam({ learningRate: 0.05 }),
    adamW: adamW({ learningRate: 0.05, weightDecay: 0.02 }),
    clippedByValue: clipped(sgd(plain), { value: 0.75 }),
    clippedByNorm: clipped(sgd(plain), { norm: 0.75 }),
    clippedByGlobalNorm: clipped(sgd(plain), { globalNorm: 0.75 }),
  };

  test.each(trajectories)("$name goes the golden way", async ({ name, path }) => {
    const parameters = starts.map((start) => variable(double(start)));
    const optimizer = new Optimizer(ours[name]!, parameters);
    for (const [step, wanted] of path.entries()) {
      const found = parameters.map(({ value }, at) => mul(sub(value, double(goals[at]!)), double(pulls[at]!)));
      optimizer.step(found);
      // Each step rounds some ten times, numbers of up to 32; no problem here makes errors grow.
      for (const [at, numbers] of wanted.entries())
        await expectNear(parameters[at]!.value, numbers, 10 * (step + 1), 32);
    }
  });
});
