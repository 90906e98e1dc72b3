import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  type Batch,
  chain,
  createTrainer,
  type Dataset,
  functional,
  type Layer,
  mul,
  sequential,
  stopGradient,
  sum,
  tensor,
  type Trainer,
  type TrainerOptions,
} from "@gradloom/core";
import { arrays, stream } from "@gradloom/data";
import { dense, embedding } from "@gradloom/layers-dense";
import { mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy } from "@gradloom/metrics";
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
      'matmul: uint8 is a storage dtype, uint8 meets float32; cast it first, e.g. cast(x, "float32")\n  in layer 0-dense',
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
    message: "trainer: epochs is 0; it must be a whole number of 1 or more",
  },
  {
    name: "NaN in streamed data",
    call: (trainer) => trainer.fit(stream([{ x: [[1, Number.NaN]], y: [0] }])),
    message: "stream: x: the number at [0, 1] is NaN; data must be finite, so leave such samples out or fill the gaps",
  },
  {
    name: "a learning rate that is not finite",
    call: async (trainer) => trainer.setLearningRate(Number.NaN),
    message: "optimizer: the learning rate is NaN; it must be a finite number of 0 or more",
  },
  {
    name: "a snapshot of something else",
    call: async (trainer) => trainer.restore(new Map()),
    message: "restore: the snapshot has no 0-dense/kernel; it must come from a trainer of the same model and optimizer",
  },
];

describe("the trainer refuses", () => {
  test.each(refusals)("$name, and nothing has changed", async ({ call, message: text }) => {
    const trainer = trainerOf();
    await trainer.step({ x, y });
    const before = await trainer.snapshot();
    await expect((async () => call(trainer))()).rejects.toThrow(message(text));
    expect(await trainer.snapshot()).toEqual(before);
    // It is ready for what is right.
    expect(await trainer.fit(dataOf({ x, y }))).toHaveLength(1);
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

describe("a trainer is not made of", () => {
  const options = { plugins: [cpu()], model: network(), input: [2], loss: mse, optimizer: sgd };

  test.each([
    [
      "a learning rate that is not finite",
      { ...options, optimizer: chain(Infinity) },
      "optimizer: the learning rate is Infinity; it must be a finite number of 0 or more",
    ],
    [
      "an accumulation of no batches",
      { ...options, accumulation: 0 },
      "trainer: accumulation is 0; it must be a whole number of 1 or more",
    ],
    [
      "an input with the batch left open",
      { ...options, input: [0, 2] },
      "build: [0, 2] is not the shape of a sample; sizes must be whole numbers of 1 or more, without the batch",
    ],
    [
      "a seed that is no whole number",
      { ...options, seed: 0.5 },
      "randomKey: the seed is 0.5; it must be a whole number of up to 53 bits",
    ],
  ])("%s", (_, given, text) => {
    expect(() => createTrainer(given)).toThrow(message(text));
  });
});

describe("training stops at the first step for", () => {
  const failing = async (options: Partial<TrainerOptions>, batch: Batch = { x, y }): Promise<unknown> => {
    const trainer = trainerOf(options);
    const before = await trainer.snapshot();
    const error: unknown = await trainer.fit(dataOf(batch)).catch((reason: unknown) => reason);
    expect(await trainer.snapshot()).toEqual(before);
    return error;
  };

  test("a loss that is one number for the whole batch", async () => {
    expect(await failing({ loss: (prediction) => sum(prediction) })).toEqual(
      message("trainer: the loss gave [] for predictions [2, 3]; it must give one number for each sample, [2]"),
    );
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

test("a loss that is not finite ends the epoch with the step where it began", async () => {
  const trainer = trainerOf({ optimizer: sgd({ learningRate: 1e30 }) });
  await expect(trainer.fit(dataOf({ x, y }, { x, y }, { x, y }, { x, y }))).rejects.toThrow(
    message(
      "fit: since step 2 of epoch 1, the loss is not a finite number; look for NaN in the data, lower the learning rate or clip the gradients",
    ),
  );
});
