import {
  branch,
  build,
  chain,
  type Callback,
  cpu,
  createTrainer,
  dense,
  frozen,
  type GradientTransform,
  type Layer,
  mse,
  mul,
  Optimizer,
  type OptimizerRule,
  sequential,
  sgd,
  share,
  tensor,
  type Trainer,
  variable,
  zerosLike,
} from "gradloom";
import { expect, test } from "vitest";

const x = tensor([[1, 2]]);
const y = tensor([[1, 0]]);

function trainer(optimizer: OptimizerRule, callback: object = {}): Trainer {
  const callbacks = Object.keys(callback).length > 0 ? [callback as Callback] : [];
  return createTrainer({ plugins: [cpu()], model: dense({ units: 2 }), input: [2], loss: mse, optimizer, callbacks });
}

/** A link that keeps something and gives what `next` makes of it. */
function keeping(next: () => object): GradientTransform {
  return { init: (parameter) => ({ sum: zerosLike(parameter) }), update: (update) => ({ update, ...next() }) };
}

/** A layer value in two places, the first or the second of which is frozen. */
function twice(place: 0 | 1): Layer {
  const layer = share(dense({ units: 2 }));
  return place === 0 ? sequential(frozen(layer), layer) : sequential(layer, frozen(layer));
}

test.each<readonly [message: string, call: () => unknown]>([
  [
    "layer 0-share trains there and is frozen in 1-frozen; a shared layer is one, so freeze it in all its places or in none\n  in layer 1-frozen",
    () => build(twice(1), { input: [2] }),
  ],
  [
    "layer 0-frozen/0-share is frozen there and trains in the model; a shared layer is one, so freeze it in all its places or in none",
    () => build(twice(0), { input: [2] }),
  ],
  ["branch: there are no branches; give one layer or more", () => build(branch(), { input: [2] })],
  [
    "build: input is missing; it must be the shape of a sample, or a list of shapes",
    () => build(dense({ units: 2 }), undefined as never),
  ],
  [
    "optimizer: the learning rate of the schedule: 0.1 is no tensor; make one with tensor(...)",
    () => trainer(sgd({ learningRate: (() => 0.1) as never })).step({ x, y }),
  ],
  [
    "optimizer: the learning rate of the schedule: it takes a single number, [], and got [1]; reduce it first, with sum or mean",
    () => trainer(sgd({ learningRate: (count) => mul(count, tensor([1])) })).step({ x, y }),
  ],
  [
    "optimizer: the next sum of kernel: undefined is no tensor; make one with tensor(...)",
    () =>
      trainer(
        chain(
          0.1,
          keeping(() => ({})),
        ),
      ).step({ x, y }),
  ],
  ...(["onTrainStart", "onEpochStart", "onStep", "onEpochEnd", "onTrainEnd"] as const).map(
    (hook) =>
      [
        `fit: ${hook} of a callback gave "halt"; hooks give nothing, only onEpochEnd may give "stop"`,
        () => trainer(sgd({ learningRate: 0.1 }), { [hook]: async () => "halt" }).fit({ batches: () => [{ x, y }] }),
      ] as const,
  ),
])("%s", async (message, call) => {
  await expect((async () => call())()).rejects.toThrow(expect.objectContaining({ message }) as Error);
});

test("one of several callbacks stops training, whatever others give", async () => {
  const epochs: number[] = [];
  const data = { batches: () => [{ x, y }] };
  const fits = createTrainer({
    plugins: [cpu()],
    model: dense({ units: 2 }),
    input: [2],
    loss: mse,
    optimizer: sgd({ learningRate: 0.1 }),
    callbacks: [{ onEpochEnd: () => "stop" }, { onEpochEnd: ({ epoch }) => void epochs.push(epoch) }],
  });
  await fits.fit(data, { epochs: 3 });
  expect(epochs).toEqual([1]);
});

test("what an optimizer keeps has paths of its own, whatever its variables are called", () => {
  const names = ["variable", "variable-2", "variable", "variable"];
  const optimizer = new Optimizer(
    sgd({ momentum: 0.9 }),
    names.map((name) => variable([1], { name })),
  );
  const paths = optimizer.state.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});
