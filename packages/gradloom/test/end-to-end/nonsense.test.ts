import { cpu } from "@gradloom/backend-cpu";
import {
  build,
  createTrainer,
  frozen,
  functional,
  GradloomError,
  type Layer,
  Model,
  named,
  Optimizer,
  residual,
  restore,
  sequential,
  share,
  type Snapshot,
  snapshot,
  summary,
  tensor,
  type Trainer,
  type TrainerOptions,
  useBackend,
  variable,
} from "@gradloom/core";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import { sgd } from "@gradloom/optimizers";
import { describe, expect, test } from "vitest";

const backend = cpu();
useBackend(backend);

/** Of each kind of thing that could be handed over by mistake. */
function nonsense(): Readonly<Record<string, unknown>> {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const detached = new Float32Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  return {
    nothing: undefined,
    null: null,
    "a number": 7,
    "not a number": Number.NaN,
    "a huge number": 1e308,
    "a negative number": -1,
    "a text": "text",
    "a boolean": true,
    "a symbol": Symbol("symbol"),
    "a big integer": 7n,
    "an empty object": {},
    "an object without a class": Object.create(null),
    "a list": [1, 2, 3],
    "an empty list": [],
    "a list of nothing": [undefined],
    "a cyclic list": cyclic,
    "a function": () => undefined,
    "a promise": Promise.resolve(7),
    "a detached array": detached,
    "bytes without a view": new ArrayBuffer(8),
    "a tensor": tensor([1, 2]),
    "a tensor of no samples": tensor(new Float32Array(0), { shape: [0, 1] }),
    "a variable": variable([1]),
    "a date": new Date(0),
    "a layer": dense({ units: 1 }),
    "a model": build(dense({ units: 1 }), { input: [1], backend }),
  };
}

const network = (): Layer => sequential(dense({ units: 2 }), dense({ units: 1 }));
const options = (): TrainerOptions => ({
  plugins: [backend],
  model: network(),
  input: [1],
  loss: mse,
  optimizer: sgd,
});
const trainerOf = (): Trainer => createTrainer(options());
const x = tensor([[1], [2]]);
const batch = { x, y: x };
const data = { batches: () => [batch] };

/** A layer whose parts are given. */
const layerOf = (parts: object): Layer => ({
  build: (input: readonly number[]) => ({ output: input, call: (value: unknown) => value, ...parts }) as never,
});

/** A trainer that takes one step with some part replaced. */
const stepWith = (change: object): Promise<unknown> =>
  createTrainer({ ...options(), ...change } as TrainerOptions).fit(data as never);

const calls: Readonly<Record<string, (value: never) => unknown>> = {
  "trainer.fit of": (value) => trainerOf().fit(value),
  "trainer.fit of batches of": (value) => trainerOf().fit({ batches: () => value }),
  "trainer.fit of a batch": (value) => trainerOf().fit({ batches: () => [value] }),
  "trainer.fit of a batch whose x is": (value) => trainerOf().fit({ batches: () => [{ x: value, y: x }] }),
  "trainer.fit of a batch whose y is": (value) => trainerOf().fit({ batches: () => [{ x, y: value }] }),
  "trainer.fit of a batch whose weights are": (value) =>
    trainerOf().fit({ batches: () => [{ x, y: x, weights: value }] }),
  "trainer.fit with validation by": (value) => trainerOf().fit(data, { validation: value }),
  "trainer.fit with a callback": (value) => trainerOf().fit(data, { callbacks: [value] }),
  "trainer.evaluate of": (value) => trainerOf().evaluate(value),
  "trainer.step of": (value) => trainerOf().step(value),
  "trainer.predict of": (value) => trainerOf().predict(value),
  "restore of": (value) => restore(trainerOf(), value),
  "restore to": (value) => restore(value, new Map()),
  "snapshot of": (value) => snapshot(value),
  "restore of a snapshot that holds": async (value) => {
    const trainer = trainerOf();
    restore(trainer, new Map([...(await snapshot(trainer)), ["0-dense/kernel", value]]) as Snapshot);
  },
  "trainer.setLearningRate of": (value) => trainerOf().setLearningRate(value),
  "createTrainer with a model": (value) => stepWith({ model: value }),
  "createTrainer with a loss": (value) => stepWith({ loss: value }),
  "createTrainer with an optimizer": (value) => stepWith({ optimizer: value }),
  "createTrainer with a metric": (value) => stepWith({ metrics: [value] }),
  "createTrainer with a metric whose statistics are": (value) =>
    stepWith({ metrics: { m: { statistics: value, amounts: () => ({}), result: () => x } } }),
  "createTrainer with a metric whose amounts are": (value) =>
    stepWith({ metrics: { m: { statistics: { s: [] }, amounts: () => value, result: () => x } } }),
  "createTrainer with a metric whose result is": (value) =>
    stepWith({ metrics: { m: { statistics: { s: [] }, amounts: () => ({ s: tensor(1) }), result: () => value } } }),
  ...Object.fromEntries(
    ["plugins", "input", "metrics", "callbacks", "seed", "dtype", "accumulation"].map((option) => [
      `createTrainer with ${option}`,
      (value: unknown) => stepWith({ [option]: value }),
    ]),
  ),
  ...Object.fromEntries(
    ["epochs", "validation", "callbacks", "signal"].map((option) => [
      `fit with ${option}`,
      (value: unknown) => trainerOf().fit(data as never, { [option]: value } as never),
    ]),
  ),
  "fit with options": (value) => trainerOf().fit(data as never, value as never),
  "build with options": (value) => build(dense({ units: 1 }), value as never),
  "createTrainer with a loss that gives": (value) => stepWith({ loss: () => value }),
  "createTrainer with a link that gives": (value) =>
    stepWith({ optimizer: { learningRate: 1, links: [{ update: () => value }] } }),
  "createTrainer with a link whose update is": (value) =>
    stepWith({ optimizer: { learningRate: 1, links: [{ update: () => ({ update: value }) }] } }),
  "createTrainer with a link whose state is": (value) =>
    stepWith({
      optimizer: { learningRate: 1, links: [{ init: () => value, update: (update: unknown) => ({ update }) }] },
    }),
  "createTrainer with a link": (value) => stepWith({ optimizer: { learningRate: 1, links: [value] } }),
  "createTrainer with a learning rate of": (value) => stepWith({ optimizer: { learningRate: value, links: [] } }),
  "createTrainer with a schedule that gives": (value) => stepWith({ optimizer: sgd({ learningRate: () => value }) }),
  "dense with an activation that gives": (value) => stepWith({ model: dense({ units: 1, activation: () => value }) }),
  "dense with an initializer that gives": (value) =>
    stepWith({ model: dense({ units: 1, kernelInitializer: () => value }) }),
  "dense with a regularizer that gives": (value) =>
    stepWith({ model: dense({ units: 1, kernelRegularizer: () => value }) }),
  "dense with a constraint that gives": (value) =>
    stepWith({ model: dense({ units: 1, kernelConstraint: () => value }) }),
  "build of": (value) => build(value, { input: [1] }),
  "build of a layer that builds": (value) => build({ build: () => value }, { input: [1] }),
  "build of a layer whose output is": (value) => build(layerOf({ output: value }), { input: [1] }).call(x),
  "build of a layer whose call gives": (value) => build(layerOf({ call: () => value }), { input: [1] }).call(x),
  "build of a layer that makes a state of": (value) =>
    build({ build: (_, make) => make.state("s", value) as never }, { input: [1] }),
  "build of a layer that makes a parameter of": (value) =>
    build({ build: (_, make) => make.parameter("p", value, { initializer: () => x }) as never }, { input: [1] }),
  "build of a layer that makes a parameter with": (value) =>
    build({ build: (_, make) => make.parameter("p", [1], value) as never }, { input: [1] }),
  "build of a layer that makes what is called": (value) =>
    build({ build: (_, make) => make.state(value, x) as never }, { input: [1] }),
  "build with values of": (value) => build(network(), { input: [1], values: () => value }),
  "model.call of": (value) => build(network(), { input: [1] }).call(value),
  "sequential of": (value) => build(sequential(value), { input: [1] }),
  "residual of": (value) => build(residual(value), { input: [1] }),
  "share of": (value) => build(share(value), { input: [1] }),
  "frozen of": (value) => build(frozen(value), { input: [1] }),
  "named with": (value) => build(sequential(named(value, dense({ units: 1 }))), { input: [1] }),
  "functional of": (value) => build(functional(value), { input: [1] }),
  "functional of a function that gives": (value) =>
    build(
      functional(() => value),
      { input: [1] },
    ),
  "summary of": (value) => summary(value),
  "an optimizer by": (value) => new Optimizer(value, [variable([1])]),
  "an optimizer of": (value) => new Optimizer(sgd(), value),
  "an optimizer of a list of": (value) => new Optimizer(sgd(), [value]),
  "optimizer.step of": (value) => new Optimizer(sgd(), [variable([1])]).step(value),
  "optimizer.step of a list of": (value) => new Optimizer(sgd(), [variable([1])]).step([value]),
};

describe.each(Object.entries(calls))("%s", (_, call) => {
  test.each(Object.entries(nonsense()))("%s works, or is an error of ours", async (_name, value) => {
    let failure: unknown;
    try {
      await call(value as never);
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined) expect(failure).toBeInstanceOf(GradloomError);
  });
});

test("a model is no nonsense", () => {
  expect(nonsense()["a model"]).toBeInstanceOf(Model);
});
