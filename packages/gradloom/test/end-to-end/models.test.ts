import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  branch,
  build,
  createTrainer,
  frozen,
  functional,
  type Layer,
  named,
  randomNormal,
  residual,
  sequential,
  share,
  summary,
  type Tensor,
  tensor,
  type Trainer,
} from "@gradloom/core";
import { arrays } from "@gradloom/data";
import { spirals } from "@gradloom/datasets";
import { ones } from "@gradloom/initializers";
import { dense, embedding, flatten, mergeAdd, mergeConcatenate } from "@gradloom/layers-dense";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy } from "@gradloom/metrics";
import { adam, sgd } from "@gradloom/optimizers";
import { l2 } from "@gradloom/regularizers";
import { expect, test } from "vitest";

const { inputs, labels, shape } = spirals({ samples: 120, noise: 0.02 });
const points = { data: inputs, shape };
const radii = Float32Array.from(labels, (_, at) => Math.hypot(inputs[2 * at]!, inputs[2 * at + 1]!));

async function numbersOf(trainer: Trainer): Promise<ReadonlyMap<string, readonly number[]>> {
  const { parameters } = trainer.model;
  return new Map(
    await Promise.all(parameters.map(async ({ path, variable }) => [path, [...(await variable.data())]] as const)),
  );
}

test("a model with several outputs is trained on a loss for each, whose sum is shown", async () => {
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(
      dense({ units: 24, activation: relu }),
      dense({ units: 24, activation: relu }),
      branch(named("arm", dense({ units: 2 })), named("radius", dense({ units: 1 }))),
    ),
    loss: [softmaxCrossEntropy, mse],
    optimizer: adam({ learningRate: 0.01 }),
    metrics: [accuracy],
  });
  const y = [tensor(labels), tensor(radii)];
  const data = arrays({ x: points, y }).batch(30);
  const before = await trainer.evaluate(data);
  const reports = await trainer.fit(data.shuffle(), { epochs: 80 });
  expect(reports.at(-1)!.metrics["loss"]).toBeLessThan(0.4 * before["loss"]!);
  expect(reports.at(-1)!.metrics["accuracy"]).toBeGreaterThan(0.85);
  const [arms, found] = trainer.predict([tensor(inputs, { shape })]) as readonly Tensor[];
  expect([arms!.shape, found!.shape]).toEqual([
    [120, 2],
    [120, 1],
  ]);
  const errors = Array.from(await found!.data(), (radius, at) => (radius - radii[at]!) ** 2);
  expect(errors.reduce((total, error) => total + error, 0) / 120).toBeLessThan(0.02);
  expect([...(await numbersOf(trainer)).keys()].slice(-4)).toEqual([
    "2-branch/arm/kernel",
    "2-branch/arm/bias",
    "2-branch/radius/kernel",
    "2-branch/radius/bias",
  ]);
});

test("a model with several inputs takes a list", async () => {
  const ids = Int32Array.from(labels, (_, at) => at % 4);
  const trainer = createTrainer({
    plugins: [cpu()],
    model: functional((x, use) => {
      const [place, id] = [x[0]!, x[1]!];
      const looked = use(embedding({ vocabulary: 4, units: 3 }))(id);
      const joined = use(mergeConcatenate())([use(dense({ units: 8, activation: relu }))(place), looked]);
      return use(dense({ units: 1 }))(joined);
    }),
    loss: mse,
    optimizer: adam({ learningRate: 0.05 }),
  });
  const data = arrays({ x: [points, tensor(ids)], y: Float32Array.from(ids, (id) => id * id) });
  const reports = await trainer.fit(data.shuffle().batch(30), { epochs: 150 });
  expect(reports.at(-1)!.metrics["loss"]).toBeLessThan(0.01);
});

test("a shared layer has its weights once and learns from all its places", async () => {
  const twin = share(dense({ units: 3, bias: false }));
  const network = functional((x, use) => {
    const [a, b] = [x[0]!, x[1]!];
    return use(dense({ units: 1, bias: false }))(add(use(twin)(a), use(twin)(b)));
  });
  const trainer = createTrainer({
    plugins: [cpu()],
    dtype: "float64",
    model: network,
    input: [[2], [2]],
    loss: mse,
    optimizer: sgd({ learningRate: 0.1 }),
  });
  expect([...(await numbersOf(trainer)).keys()]).toHaveLength(2);
  // f(a) + f(b) is f(a + b) here: both places count alike.
  const whole = createTrainer({
    plugins: [cpu()],
    dtype: "float64",
    model: sequential(dense({ units: 3, bias: false }), dense({ units: 1, bias: false })),
    input: [2],
    loss: mse,
    optimizer: sgd({ learningRate: 0.1 }),
  });
  const starts = [...(await numbersOf(trainer)).values()];
  whole.model.parameters.forEach(({ variable }, at) =>
    variable.assign(tensor(starts[at]! as number[], { shape: variable.shape, dtype: "float64" })),
  );
  const half = { data: Float64Array.from(inputs, (value) => value / 2), shape };
  const full = { data: Float64Array.from(inputs), shape };
  await trainer.fit(arrays({ x: [half, half], y: radii }).batch(20), { epochs: 5 });
  await whole.fit(arrays({ x: full, y: radii }).batch(20), { epochs: 5 });
  const [shared, single] = [await numbersOf(trainer), await numbersOf(whole)];
  expect([...shared.values()]).toEqual(
    [...single.values()].map((values) => values.map((value): unknown => expect.closeTo(value, 12))),
  );
});

test("a frozen layer keeps its weights, has no penalty and no optimizer state", async () => {
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(
      frozen(dense({ units: 16, activation: relu, kernelRegularizer: l2({ factor: 100 }) })),
      dense({ units: 1 }),
    ),
    loss: binaryCrossEntropy,
    optimizer: adam({ learningRate: 0.05 }),
  });
  const data = arrays({ x: points, y: labels }).batch(40);
  const before = await trainer.evaluate(data);
  const start = await numbersOf(trainer);
  expect(before["loss"]).toBeLessThan(2);
  await trainer.fit(data, { epochs: 20 });
  const end = await numbersOf(trainer);
  const changed = [...start.keys()].filter((path) => String(start.get(path)) !== String(end.get(path)));
  expect(changed).toEqual(["1-dense/kernel", "1-dense/bias"]);
  const kept = trainer.optimizer.state.map(({ path }) => path);
  expect(kept.filter((path) => path.includes("frozen"))).toEqual([]);
  expect(kept.some((path) => path.includes("1-dense/kernel"))).toBe(true);
  expect((await trainer.evaluate(data))["loss"]).toBeLessThan(before["loss"]!);
});

test("a frozen layer, whatever is in it, works as outside of training: its states stay, and it draws no numbers", async () => {
  const seen: (readonly [path: string, trainable: boolean, training: boolean])[] = [];
  /** Counts its uses and adds noise in training, and tells what it sees. */
  const watching = (name: string): Layer => ({
    name,
    build(input, make) {
      const uses = make.state("uses", tensor(0));
      return {
        output: input,
        call(x, context) {
          seen.push([make.path, make.trainable, context.training]);
          context.update(uses, add(context.latest(uses), 1));
          return context.training ? add(x as Tensor, randomNormal(context.random("noise"), [1])) : x;
        },
      };
    },
  });
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(
      watching("free"),
      named("held", frozen(sequential(watching("inner"), residual(sequential(dense({ units: 2 }), watching("deep")))))),
      dense({ units: 1 }),
    ),
    input: [2],
    loss: mse,
    optimizer: sgd,
  });
  await trainer.fit(arrays({ x: points, y: radii }).batch(40));
  const states = await Promise.all(
    trainer.model.states.map(async ({ path, variable }) => [path, [...(await variable.data())]] as const),
  );
  expect(Object.fromEntries(states)).toEqual({
    "free/uses": [3],
    "held/0-sequential/inner/uses": [0],
    "held/0-sequential/1-residual/body/deep/uses": [0],
  });
  expect(new Set(seen.map(String))).toEqual(
    new Set([
      "free,true,true",
      "held/0-sequential/inner,false,false",
      "held/0-sequential/1-residual/body/deep,false,false",
    ]),
  );
});

test("an initializer's numbers come in the model's dtype", () => {
  const model = build(dense({ units: 1, kernelInitializer: (kernel) => tensor([[1], [2]], { shape: kernel }) }), {
    input: [2],
    dtype: "float64",
    backend: cpu(),
  });
  expect(model.parameters.map(({ variable }) => variable.dtype)).toEqual(["float64", "float64"]);
});

test("predictions are made of tensors, and of data as tensor takes it", async () => {
  const model = sequential(dense({ units: 1, kernelInitializer: ones }));
  const trainer = createTrainer({ plugins: [cpu()], model, loss: mse, optimizer: sgd });
  const rows = [
    [1, 2],
    [3, 4],
  ];
  for (const x of [rows, tensor(rows), [tensor(rows)]]) {
    const output = [trainer.predict(x as Tensor)].flat()[0]!;
    expect([...(await output.data())]).toEqual([3, 7]);
  }
});

test("a layer value in two places is an error unless it is shared", () => {
  const layer = dense({ units: 2 });
  const twice = (one: Layer): Layer => sequential(one, one);
  expect(() => build(twice(layer), { input: [2] })).toThrow(
    expect.objectContaining({
      message:
        "layer 0-dense is used again in the model; a layer value is one place in the network, make another one, or wrap it in share(layer) to use the same weights",
    }),
  );
  expect(build(twice(share(layer)), { input: [2] }).parameters).toHaveLength(2);
});

test("the summary tells paths, shapes and how many parameters train", () => {
  const network = sequential(
    flatten(),
    branch(frozen(dense({ units: 4 })), dense({ units: 4, bias: false })),
    mergeAdd(),
    named("head", dense({ units: 2 })),
  );
  const lines = summary(build(network, { input: [2, 3], backend: cpu() })).split("\n");
  expect(lines).toEqual([
    "layer          output                 parameters",
    "----------------------------------------------------",
    "input          [batch, 2, 3]",
    "sequential     [batch, 2]             62 (28 frozen)",
    "  0-flatten    [batch, 6]",
    "  1-branch     [batch, 4] [batch, 4]  52 (28 frozen)",
    "    0-frozen   [batch, 4]             28 (28 frozen)",
    "      0-dense  [batch, 4]             28 (28 frozen)",
    "    1-dense    [batch, 4]             24",
    "  2-mergeAdd   [batch, 4]",
    "  head         [batch, 2]             10",
    "----------------------------------------------------",
    "62 parameters, 34 of them train",
  ]);
});
