import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  type Batch,
  chain,
  createTrainer,
  type Dataset,
  functional,
  GradloomError,
  type Layer,
  type Loss,
  type Metric,
  mul,
  named,
  sequential,
  type Statistics,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  type Trainer,
  type TrainerOptions,
  restore,
  snapshot,
} from "@gradloom/core";
import { arrays, stream } from "@gradloom/data";
import { dense, embedding } from "@gradloom/layers-dense";
import { mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy, topKAccuracy } from "@gradloom/metrics";
import { adam, sgd } from "@gradloom/optimizers";
import { describe, expect, test } from "vitest";

function network(): Layer {
  return sequential(dense({ units: 4, activation: relu }), dense({ units: 3 }));
}

function trainerOf(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    plugins: [cpu()],
    model: network(),
    input: [2],
    loss: softmaxCrossEntropy,
    optimizer: adam({ learningRate: 0.1 }),
    metrics: [accuracy],
    ...options,
  });
}

const x = tensor([
  [1, 2],
  [3, 4],
]);
const y = tensor(Int32Array.of(0, 2));
const wide = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

function message(text: string): unknown {
  return expect.objectContaining({ name: "GradloomError", message: text });
}

/** Batches as they are. */
function dataOf(...batches: readonly Batch[]): Dataset {
  return { batches: () => batches };
}

interface Refusal {
  readonly name: string;
  readonly call: (trainer: Trainer) => Promise<unknown>;
  readonly message: string;
}

const refusals: readonly Refusal[] = [
  {
    name: "an input of another shape",
    call: (trainer) => trainer.step({ x: wide, y }),
    message: "trainer: the batch has [2, 3], the model takes [batch, 2]",
  },
  {
    name: "an input of another rank",
    call: (trainer) => trainer.fit(arrays({ x: [1, 2], y: [0, 1] })),
    message: "trainer: the batch has [2], the model takes [batch, 2]",
  },
  {
    name: "several inputs where the model takes one",
    call: (trainer) => trainer.step({ x: [x, x], y }),
    message: "trainer: the batch has [2, 2] and [2, 2], the model takes [batch, 2]",
  },
  {
    name: "an input of bytes, which must be cast first",
    call: (trainer) => trainer.step({ x: tensor(Uint8Array.of(1, 2, 3, 4), { shape: [2, 2] }), y }),
    message:
      'matmul: uint8 is a storage dtype, uint8 meets float32; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images\n  in layer 0-dense',
  },
  {
    name: "a prediction for an input of another shape",
    call: async (trainer) => trainer.predict(wide),
    message: "model: the input is [2, 3], the model takes [batch, 2]",
  },
  {
    name: "fewer targets than samples",
    call: (trainer) => trainer.step({ x, y: tensor(Int32Array.of(0)) }),
    message: "trainer: the batch has 2 samples in its first input and [1] elsewhere; first axes must agree",
  },
  {
    name: "targets of another shape",
    call: (trainer) => trainer.step({ x, y: wide.slice([0, 0], [2, 2]) }),
    message:
      "softmaxCrossEntropy: predictions [2, 3] meet targets [2, 2]; give class numbers [2] or probabilities of the predictions' shape",
  },
  {
    name: "more targets than the model has outputs",
    call: (trainer) => trainer.step({ x, y: [y, y] }),
    message: "trainer: 1 losses meet 1 outputs and 2 targets; give one of each for each output",
  },
  {
    name: "labels out of range",
    call: (trainer) =>
      trainer.fit(
        arrays({
          x: [
            [1, 2],
            [3, 4],
          ],
          y: Int32Array.of(0, 3),
        }),
        { epochs: 2 },
      ),
    message: "softmaxCrossEntropy: target 1 is class 3; with 3 classes, they are whole numbers from 0 to 2",
  },
  {
    name: "labels out of range in validation alone",
    call: (trainer) => trainer.evaluate(arrays({ x: [[1, 2]], y: [-1] })),
    message: "softmaxCrossEntropy: target 0 is class -1; with 3 classes, they are whole numbers from 0 to 2",
  },
  {
    name: "weights of another shape",
    call: (trainer) => trainer.step({ x, y, weights: tensor([[1], [1]]) }),
    message: "trainer: the weights are [2, 1]; there must be one for each sample, [2]",
  },
  {
    name: "an empty batch",
    call: (trainer) =>
      trainer.step({ x: tensor(new Float32Array(0), { shape: [0, 2] }), y: tensor(new Int32Array(0)) }),
    message: "trainer: the batch is empty; a batch needs at least one sample",
  },
  {
    name: "data without a batch",
    call: (trainer) => trainer.fit(stream([])),
    message: "fit: the data gave no batch; a dataset must give at least one for each pass",
  },
  {
    name: "an evaluation without a batch",
    call: (trainer) => trainer.evaluate(dataOf()),
    message: "evaluate: the data gave no batch; a dataset must give at least one for each pass",
  },
  {
    name: "no epochs",
    call: (trainer) => trainer.fit(dataOf({ x, y }), { epochs: 0 }),
    message: "fit: epochs is 0; it must be a whole number of 1 or more",
  },
  {
    name: "NaN in streamed data",
    call: (trainer) => trainer.fit(stream([{ x: [[1, Number.NaN]], y: [0] }])),
    message: "stream: x: the number at [0, 1] is NaN; data must be finite, so leave such samples out or fill the gaps",
  },
  {
    name: "a batch that knows a mask",
    call: (trainer) => trainer.step({ x, y, mask: y } as Batch),
    message: 'batch: no option "mask"; it has x, y, weights',
  },
  {
    name: "a batch that is none",
    call: (trainer) => trainer.fit(dataOf(undefined as never)),
    message: "batch: x is missing; it must be a tensor, or a list of tensors",
  },
  {
    name: "a batch without targets",
    call: (trainer) => trainer.evaluate(dataOf({ x } as unknown as Batch)),
    message: "batch: y is missing; it must be a tensor, or a list of tensors",
  },
  {
    name: "a batch of numbers that are no tensors",
    call: (trainer) => trainer.step({ x: [[1, 2]] as never, y }),
    message: "batch: x is a list of 1; it must be a tensor, or a list of tensors",
  },
  {
    name: "a list of weights",
    call: (trainer) => trainer.step({ x, y, weights: [y] as never }),
    message: "batch: weights is a list of 1; it must be a tensor",
  },
  {
    name: "data whose batches come later",
    call: (trainer) => trainer.fit({ batches: async () => [{ x, y }] } as never),
    message: "fit: the data is no dataset; make one of arrays, e.g. arrays({ x, y }).batch(32) of @gradloom/data",
  },
  {
    name: "nothing in the place of data",
    call: (trainer) => trainer.evaluate(undefined as never),
    message: "evaluate: the data is no dataset; make one of arrays, e.g. arrays({ x, y }).batch(32) of @gradloom/data",
  },
  {
    name: "nothing in the place of an input",
    call: async (trainer) => trainer.predict(undefined as never),
    message: "tensor: what is given is undefined; give numbers or booleans in arrays, or a typed array",
  },
  {
    name: "a callback without a hook",
    call: (trainer) => trainer.fit(dataOf({ x, y }), { callbacks: [{}] }),
    message:
      "trainer: a callback is an object; it must be a callback: one or more of the functions onTrainStart, onEpochStart, onStep, onEpochEnd, onTrainEnd, onTrainFail",
  },
  {
    name: "a hook that is not known",
    call: (trainer) =>
      trainer.fit(dataOf({ x, y }), { callbacks: [{ onStep: () => {}, onEpochEnds: () => {} } as never] }),
    message:
      "trainer: a callback is an object; it must be a callback: one or more of the functions onTrainStart, onEpochStart, onStep, onEpochEnd, onTrainEnd, onTrainFail",
  },
  {
    name: "a hook that is no function",
    call: (trainer) => trainer.fit(dataOf({ x, y }), { callbacks: [{ onStep: 7 as never }] }),
    message:
      "trainer: a callback is an object; it must be a callback: one or more of the functions onTrainStart, onEpochStart, onStep, onEpochEnd, onTrainEnd, onTrainFail",
  },
  {
    name: "a learning rate that is not finite",
    call: async (trainer) => trainer.setLearningRate(Number.NaN),
    message: "optimizer: the learning rate is NaN; it must be a finite number of 0 or more",
  },
  {
    name: "a snapshot of something else",
    call: async (trainer) => restore(trainer, new Map()),
    message: "restore: the snapshot has no 0-dense/kernel; it must come from a trainer of the same model and optimizer",
  },
];

describe("the trainer refuses", () => {
  test.each(refusals)("$name, and nothing has changed", async ({ call, message: text }) => {
    const trainer = trainerOf();
    await trainer.step({ x, y });
    const before = await snapshot(trainer);
    await expect((async () => call(trainer))()).rejects.toThrow(message(text));
    expect(await snapshot(trainer)).toEqual(before);
    // It is ready for what is right.
    expect(await trainer.fit(dataOf({ x, y }))).toHaveLength(1);
  });

  test("a snapshot before there is a model, by a promise that is rejected", async () => {
    const taken = snapshot(createTrainer({ model: network(), loss: mse, optimizer: sgd }));
    await expect(taken).rejects.toThrow(
      message(
        "trainer: the model is not built yet; give the input shape, createTrainer({ input: [...] }), or train a step first",
      ),
    );
  });

  test("two trainings at a time", async () => {
    const trainer = trainerOf();
    const first = trainer.fit(dataOf({ x, y }));
    await expect(trainer.evaluate(dataOf({ x, y }))).rejects.toThrow(
      message("trainer: it is training or evaluating already; await that first, or make another trainer"),
    );
    expect(await first).toHaveLength(1);
  });
});

/** A metric that counts samples. */
const counting: Metric = {
  statistics: { count: [] },
  amounts: (_prediction, _target, weights) => ({ count: sum(weights) }),
  result: ({ count }) => count!,
};

describe("a trainer is not made of", () => {
  const options = { plugins: [cpu()], model: network(), input: [2], loss: mse, optimizer: sgd };

  test.each([
    [
      "a learning rate that is not finite",
      { ...options, optimizer: chain(Infinity) },
      "optimizer: the learning rate is Infinity; it must be a finite number of 0 or more",
    ],
    [
      "a misspelt option",
      { ...options, optimiser: sgd } as typeof options,
      'createTrainer: no option "optimiser" (did you mean optimizer?); it has plugins, model, input, loss, optimizer, metrics, callbacks, seed, dtype, accumulation',
    ],
    [
      "an accumulation that is a number",
      { ...options, accumulation: 0 as never },
      "createTrainer: accumulation is 0; it must be what accumulate({ batches }) gives",
    ],
    [
      "an input with the batch left open",
      { ...options, input: [0, 2] },
      "build: [0, 2] is not the shape of a sample; sizes must be whole numbers of 1 or more, without the batch",
    ],
    [
      "two metrics of one name",
      { ...options, metrics: [topKAccuracy({ k: 1 }), topKAccuracy({ k: 2 })] },
      "trainer: two metrics are called topKAccuracy; give each a name of its own, e.g. metrics: { first: …, second: … }",
    ],
    [
      "a metric that hides the loss",
      { ...options, metrics: { loss: accuracy } },
      "trainer: two metrics are called loss; give each a name of its own, e.g. metrics: { first: …, second: … }",
    ],
    [
      "a metric that could be one of validation",
      { ...options, metrics: { "validation/loss": accuracy } },
      'metric: the name is "validation/loss"; it must be a text of 1 to 255 characters without a slash or line break that is not "." or ".."',
    ],
    [
      "a metric without a statistic",
      { ...options, metrics: { none: { ...counting, statistics: {} } } },
      "trainer: metric none is an object; it must be a metric: statistics, one or more shapes by name, amounts and result",
    ],
    [
      "a layer whose variables are called like the optimizer's",
      {
        ...options,
        model: sequential(
          named("optimizer", {
            build(shape, make) {
              make.state("count", tensor(0));
              return { output: shape, call: (value) => value };
            },
          }),
          dense({ units: 1 }),
        ),
      },
      "path optimizer is taken; names within a layer must differ",
    ],
    [
      "a seed that is no whole number",
      { ...options, seed: 0.5 },
      "createTrainer: seed is 0.5; it must be a whole number",
    ],
  ])("%s", (_, given, text) => {
    expect(() => createTrainer(given)).toThrow(message(text));
  });
});

describe("training stops at the first step for", () => {
  const failing = async (options: Partial<TrainerOptions>, batch: Batch = { x, y }): Promise<unknown> => {
    const trainer = trainerOf(options);
    const before = await snapshot(trainer);
    const error: unknown = await trainer.fit(dataOf(batch)).catch((reason: unknown) => reason);
    expect(await snapshot(trainer)).toEqual(before);
    return error;
  };

  test("a loss that is one number for the whole batch", async () => {
    expect(await failing({ loss: (prediction) => sum(prediction) })).toEqual(
      message("trainer: the loss gave [] for predictions [2, 3]; it must give one number for each sample, [2]"),
    );
  });

  test("a loss that is no tensor", async () => {
    expect(await failing({ loss: () => 7 as never })).toEqual(
      message("trainer: the loss gave 7 for predictions [2, 3]; it must give one number for each sample, [2]"),
    );
  });

  test.each<[string, Partial<Metric>, string]>([
    [
      "misses a statistic",
      { amounts: () => ({}) },
      "metric seen: the amount of count is undefined; it must be a tensor []",
    ],
    [
      "adds amounts of another shape",
      { amounts: (_prediction, _target, weights) => ({ count: weights }) },
      "metric seen: the amount of count is a tensor [2]; it must be a tensor []",
    ],
    [
      "gives no amounts",
      { amounts: () => undefined as never },
      "metric seen: the amount of count is undefined; it must be a tensor []",
    ],
  ])("a metric that %s", async (_, change, text) => {
    expect(await failing({ metrics: { seen: { ...counting, ...change } } })).toEqual(message(text));
  });

  test("a parameter on which the loss does not depend", async () => {
    const model = functional((input, use) => {
      const [used, unused] = [use(dense({ units: 3 }))(input), use(dense({ units: 3 }))(input)];
      return add(used, mul(stopGradient(unused), 0));
    });
    expect(await failing({ model })).toEqual(
      message(
        'gradients: the output does not depend on variable 1-dense/kernel [2, 3]; leave it out, build the output after its last assign, or pass { unused: "zeros" }',
      ),
    );
  });

  test("a metric that does not fit the model", async () => {
    const column = tensor([[1], [2]]);
    expect(await failing({ model: dense({ units: 1 }), loss: mse }, { x, y: column })).toEqual(
      message(
        "accuracy: predictions [2, 1] need a last axis with 2 classes or more; for yes or no, take binaryAccuracy",
      ),
    );
  });

  test("a tensor of another backend", async () => {
    const elsewhere = createTrainer({
      plugins: [cpu()],
      model: dense({ units: 2 }),
      input: [2],
      loss: mse,
      optimizer: sgd,
    });
    const computed = elsewhere.predict(x);
    expect(await failing({}, { x: computed, y })).toEqual(
      message(
        "compile: an argument [2, 2] lives on backend cpu, the function runs on another cpu (make one value of it and use it everywhere); copy it with await to(tensor, backend)",
      ),
    );
  });
});

test("numbers outside of an embedding's table end the epoch with an error that names the layer", async () => {
  const trainer = trainerOf({
    model: sequential(embedding({ vocabulary: 3, units: 3 })),
    input: [],
    loss: softmaxCrossEntropy,
  });
  await expect(trainer.fit(arrays({ x: Int32Array.of(0, 5), y: [0, 1] }))).rejects.toThrow(/0-embedding/);
});

test("a metric whose result is no number ends the epoch", async () => {
  const result = ({ count }: Statistics) => count!.reshape([1]);
  await expect(trainerOf({ metrics: { seen: { ...counting, result } } }).fit(dataOf({ x, y }))).rejects.toThrow(
    message("metric seen: the result is a tensor [1]; it must be a tensor []"),
  );
});

describe("a model that was spoilt by its last step ends the epoch with the path of", () => {
  const end = "holds infinite numbers or NaN; lower the learning rate or clip the gradients";

  test("the parameter", async () => {
    const trainer = trainerOf({ optimizer: sgd({ learningRate: 1e38 }) });
    await expect(trainer.fit(dataOf({ x: x.mul(100), y }), { callbacks: [] })).rejects.toThrow(
      message(`fit: after epoch 1, 0-dense/kernel ${end}`),
    );
  });

  test("what the optimizer keeps, though the parameters only stand still", async () => {
    const steep: Loss = (prediction) => prediction.mul(1e25).sum({ axis: 1 });
    await expect(trainerOf({ loss: steep }).fit(dataOf({ x, y }))).rejects.toThrow(
      message(`fit: after epoch 1, optimizer/0/0-dense/kernel/square ${end}`),
    );
  });

  test("the state, but not one that is made infinite and stays so", async () => {
    const stateful = (next: (value: Tensor) => Tensor): Layer => ({
      name: "stateful",
      build(shape, make) {
        const moving = make.state("moving", tensor(1));
        make.state("limit", tensor(-Infinity));
        return {
          output: shape,
          call(value, context) {
            if (context.training) context.update(moving, next(context.latest(moving)));
            return value;
          },
        };
      },
    });
    const fit = (next: (value: Tensor) => Tensor) =>
      trainerOf({ model: sequential(stateful(next), network()) }).fit(dataOf({ x, y }));
    await expect(fit((value) => value.div(0))).rejects.toThrow(message(`fit: after epoch 1, stateful/moving ${end}`));
    expect(await fit((value) => value.mul(2))).toHaveLength(1);
  });
});

test("a forgotten flatten is told where targets do not fit", async () => {
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 10 })),
    loss: softmaxCrossEntropy,
    optimizer: sgd,
  });
  const images = arrays({ x: { data: new Float32Array(2 * 28 * 28), shape: [2, 28, 28] }, y: [3, 4] });
  await expect(trainer.fit(images)).rejects.toThrow(
    message(
      "softmaxCrossEntropy: predictions [2, 28, 10] meet targets [2]; give class numbers [2, 28] or probabilities of the predictions' shape, or put flatten() into the model where a sample has one answer",
    ),
  );
});

describe("errors lead to the line that called", () => {
  const deep = (layer: Layer, depth: number): Layer => (depth === 0 ? layer : sequential(deep(layer, depth - 1)));
  const failing = (depth = 0): Trainer => {
    const model = deep({ build: () => ({ output: [3], call: (value) => value }) }, depth);
    return trainerOf({ model: sequential(dense({ units: 2 }), model) });
  };

  test.each<[string, (trainer: Trainer) => unknown]>([
    ["predict", (trainer) => trainer.predict(wide)],
    ["predict, deep in a model", () => failing(10).predict(x)],
    ["step", (trainer) => trainer.step({ x: wide, y })],
    ["step, deep in a model", () => failing(10).step({ x, y })],
    ["fit", (trainer) => trainer.fit(dataOf({ x, y }, { x: wide, y }))],
    ["fit, deep in a model", () => failing(10).fit(dataOf({ x, y }))],
    ["evaluate", (trainer) => trainer.evaluate(dataOf({ x, y }, { x: wide, y }))],
    ["setLearningRate", (trainer) => trainer.setLearningRate(-1)],
    ["restore", (trainer) => restore(trainer, new Map())],
    ["snapshot", () => snapshot(createTrainer({ model: network(), loss: mse, optimizer: sgd }))],
  ])("of %s", async (_, call) => {
    const limit = Error.stackTraceLimit;
    const error = await thrownBy(async () => {
      await call(trainerOf());
    });
    expect(error).toBeInstanceOf(GradloomError);
    expect((error as Error).stack).toContain("refusals.test.ts");
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("a loss that is not finite ends the epoch with the step where it began", async () => {
  const trainer = trainerOf({ optimizer: sgd({ learningRate: 1e30 }) });
  await expect(trainer.fit(dataOf({ x, y }, { x, y }, { x, y }, { x, y }))).rejects.toThrow(
    message(
      "fit: since step 2 of epoch 1, the loss is not a finite number; look for NaN and labels out of range in the data, lower the learning rate or clip the gradients",
    ),
  );
});
