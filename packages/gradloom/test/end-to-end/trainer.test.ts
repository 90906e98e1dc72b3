import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { earlyStopping, history, progress } from "@gradloom/callbacks";
import {
  type Callback,
  createTrainer,
  type Layer,
  sequential,
  type Snapshot,
  tensor,
  type Trainer,
  type TrainerOptions,
  accumulate,
  restore,
  snapshot,
} from "@gradloom/core";
import { arrays, type Samples, stream } from "@gradloom/data";
import { iris } from "@gradloom/datasets";
import { dense } from "@gradloom/layers-dense";
import { mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy, lossOf, topKAccuracy } from "@gradloom/metrics";
import { adam, sgd } from "@gradloom/optimizers";
import { l2 } from "@gradloom/regularizers";
import { array, assert, asyncProperty, integer } from "fast-check";
import { describe, expect, test } from "vitest";

const { inputs, labels, shape } = iris();
const flowers = arrays({ x: { data: inputs, shape }, y: labels });

function trainerOf(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 8, activation: relu, kernelRegularizer: l2() }), dense({ units: 3 })),
    input: [4],
    loss: softmaxCrossEntropy,
    optimizer: adam({ learningRate: 0.02 }),
    metrics: { accuracy, second: topKAccuracy({ k: 2 }) },
    ...options,
  });
}

/** The numbers of a snapshot, for comparing. */
function plain(taken: Snapshot): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries([...taken].map(([path, data]) => [path, [...data]]));
}

async function state(trainer: Trainer): Promise<Readonly<Record<string, readonly number[]>>> {
  return plain(await snapshot(trainer));
}

describe("one seed", () => {
  const train = async (seed: number): Promise<readonly unknown[]> => {
    const trainer = trainerOf({ seed });
    const reports = await trainer.fit(flowers.shuffle().batch(32), { epochs: 3, validation: flowers.take(20) });
    return [reports, await state(trainer)];
  };

  test("gives the same training, bit for bit, and another seed another one", async () => {
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect(await train(2)).not.toEqual(first);
  });
});

describe("accumulation", () => {
  const train = async (data: Samples, batches: number): Promise<Snapshot> => {
    const trainer = trainerOf({
      dtype: "float64",
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      ...(batches > 1 ? { accumulation: accumulate({ batches }) } : {}),
    });
    await trainer.fit(data, { epochs: 3 });
    return new Map(
      await Promise.all(
        trainer.model.parameters.map(async ({ path, variable }) => [path, await variable.data()] as const),
      ),
    );
  };

  test("of small batches takes the steps of the large batch that they make", async () => {
    const large = plain(await train(flowers.batch(50), 1));
    const small = plain(await train(flowers.batch(10), 5));
    for (const [path, data] of Object.entries(large)) {
      expect(small[path]).toEqual(data.map((value): unknown => expect.closeTo(value, 6)));
    }
  });

  test("counts samples, not batches: a short last batch weighs less", async () => {
    const data = flowers.take(50);
    const large = plain(await train(data.batch(50), 1));
    const small = plain(await train(data.batch(20), 3));
    for (const [path, data64] of Object.entries(large)) {
      expect(small[path]).toEqual(data64.map((value): unknown => expect.closeTo(value, 6)));
    }
  });
});

describe("evaluation", () => {
  const weighted = arrays({
    x: { data: inputs, shape },
    y: labels,
    weights: Float32Array.from(labels, (_, at) => 0.5 + (at % 3)),
  });

  test("gives the same for every split into batches, and changes nothing", async () => {
    const trainer = trainerOf({ metrics: { accuracy, bare: lossOf(softmaxCrossEntropy) } });
    const before = await state(trainer);
    const law = asyncProperty(
      array(integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 }),
      integer({ min: 1, max: 150 }),
      async (sizes, size) => {
        const total = sizes.reduce((sum, one) => sum + one, 0);
        const some = weighted.take(total);
        const parts = some.split(sizes, { choice: "ordered" });
        const batches = parts.flatMap((part) => [...part.batch(total).batches({ epoch: 0, seed: 0 })]);
        const whole = Object.entries(await trainer.evaluate(some.batch(total)));
        const near = Object.fromEntries(
          whole.map(([name, value]): [string, unknown] => [name, expect.closeTo(value, 5)]),
        );
        expect(await trainer.evaluate(some.batch(size))).toEqual(near);
        expect(await trainer.evaluate(stream(batches))).toEqual(near);
      },
    );
    await assert(law, { numRuns: 10, seed: 1, endOnFailure: true });
    expect(await state(trainer)).toEqual(before);
  });

  test("of training, over one batch and without a step between, is that of evaluate", async () => {
    const trainer = trainerOf({ optimizer: sgd({ learningRate: 0 }) });
    const [report] = await trainer.fit(flowers.batch(40), { validation: flowers.batch(150) });
    for (const [name, value] of Object.entries(report!.metrics))
      expect(report!.validation![name]).toBeCloseTo(value, 5);
  });

  test("counts penalties into the loss", async () => {
    const trainer = trainerOf({ metrics: { bare: lossOf(softmaxCrossEntropy) } });
    const { loss, bare } = await trainer.evaluate(flowers);
    const kernel = await trainer.model.parameters[0]!.variable.data();
    const penalty = 0.01 * Array.from(kernel).reduce((sum, value) => sum + value * value, 0);
    expect(loss! - bare!).toBeCloseTo(penalty, 5);
  });
});

test("predict gives what the model gives, batch by batch, and needs no targets", async () => {
  const trainer = trainerOf();
  await trainer.fit(flowers, { epochs: 2 });
  const before = await state(trainer);
  const x = tensor(inputs.slice(0, 40), { shape: [10, 4] });
  const output = trainer.predict(x);
  expect(output.shape).toEqual([10, 3]);
  const values = await output.data();
  expect(values).toEqual(await trainer.model.call(x).data());
  const [one] = await trainer.predict(tensor(inputs.slice(36, 40), { shape: [1, 4] })).data();
  expect(one).toBeCloseTo(values[27]!, 6);
  expect(await state(trainer)).toEqual(before);
});

test("samples of weight 0 do not count, and weights are like so many samples", async () => {
  const train = async (data: Samples): Promise<readonly number[]> => {
    const trainer = trainerOf({ dtype: "float64", optimizer: sgd({ learningRate: 0.1 }) });
    const reports = await trainer.fit(data.batch(300), { epochs: 5 });
    return reports.map(({ metrics }) => metrics["loss"]!);
  };
  const x = Array.from({ length: 10 }, (_, at) => Array.from(inputs.slice(4 * at, 4 * at + 4)));
  const y = Array.from({ length: 10 }, (_, at) => at % 3);
  const twice = arrays({ x: [...x.slice(0, 8), ...x.slice(0, 4)], y: [...y.slice(0, 8), ...y.slice(0, 4)] });
  const weights = arrays({ x, y, weights: [2, 2, 2, 2, 1, 1, 1, 1, 0, 0] });
  expect(await train(weights)).toEqual((await train(twice)).map((value): unknown => expect.closeTo(value, 6)));
});

test("a batch of which no sample counts takes part in nothing", async () => {
  const model = (): Layer => dense({ units: 3, kernelRegularizer: l2() });
  const options = { optimizer: sgd({ learningRate: 0.1 }), model: model() };
  const trainer = trainerOf(options);
  const x = tensor(inputs.slice(0, 8), { shape: [2, 4] });
  const y = tensor(labels.slice(0, 2));
  const batches = [tensor([0, 0]), tensor([1, 1])].map((weights) => ({ x, y, weights }));
  const before = (await state(trainer))["kernel"];
  await trainer.step(batches[0]!);
  expect((await state(trainer))["kernel"]).toEqual(before);
  expect(await trainer.evaluate(stream(batches))).toEqual(await trainer.evaluate(stream(batches.slice(1))));
  const gathering = trainerOf({ ...options, model: model(), accumulation: accumulate({ batches: 2 }) });
  for (const batch of [batches[0]!, batches[0]!]) await gathering.step(batch);
  expect((await state(gathering))["kernel"]).toEqual(before);
});

test("a snapshot puts everything back: training goes on as it did the first time", async () => {
  const trainer = trainerOf();
  const data = flowers.batch(50);
  await trainer.fit(data, { epochs: 2 });
  const taken = await snapshot(trainer);
  const first = [await trainer.fit(data), await state(trainer)];
  restore(trainer, taken);
  expect(await state(trainer)).toEqual(plain(taken));
  expect([await trainer.fit(data), await state(trainer)]).toEqual(first);
});

describe("an AbortSignal", () => {
  test("ends fit with its reason after the step in progress, and what was learnt stays", async () => {
    const trainer = trainerOf();
    const before = await state(trainer);
    const controller = new AbortController();
    const reason = new Error("enough");
    let steps = 0;
    const fitting = trainer.fit(flowers.batch(10), {
      epochs: 100,
      signal: controller.signal,
      callbacks: [
        {
          onStep: () => {
            steps++;
            if (steps === 20) controller.abort(reason);
          },
        },
      ],
    });
    await expect(fitting).rejects.toBe(reason);
    expect(steps).toBe(20);
    const { "optimizer/count": count, ...after } = await state(trainer);
    expect(count).toEqual([20]);
    expect(after["0-dense/kernel"]).not.toEqual(before["0-dense/kernel"]);
    // And the trainer can be used again.
    expect(await trainer.fit(flowers)).toHaveLength(1);
  });

  test("from a timer reaches training, which lets the event loop turn", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const fitting = trainerOf().fit(flowers.batch(1), { epochs: 100_000, signal: controller.signal });
    await expect(fitting).rejects.toMatchObject({ name: "AbortError" });
  });

  test("that was given already lets nothing begin", async () => {
    const trainer = trainerOf();
    const before = await state(trainer);
    await expect(trainer.fit(flowers, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(await state(trainer)).toEqual(before);
  });
});

describe("callbacks", () => {
  test("stop a training that gets no better, and the best epoch is back", async () => {
    const [train, rest] = flowers.split(30, { choice: "stratified" });
    const trainer = trainerOf({ optimizer: adam({ learningRate: 0.1 }), metrics: [] });
    const log = history();
    const reports = await trainer.fit(train.shuffle().batch(10), {
      epochs: 500,
      validation: rest,
      callbacks: [log, earlyStopping({ patience: 4 })],
    });
    expect(reports.length).toBeLessThan(500);
    expect(log.reports).toEqual(reports);
    const losses = log.values("validation/loss");
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBe(losses.length - 5);
    expect((await trainer.evaluate(rest))["loss"]).toBe(losses[best]);
  });

  test("see the metrics of the epoch so far, and progress shows them", async () => {
    const written: string[] = [];
    const trainer = trainerOf();
    let clock = 0;
    const output = { write: (text: string) => written.push(text), isTTY: true, columns: 100 };
    await trainer.fit(flowers.batch(50), { callbacks: [progress({ output, now: () => (clock += 101) })] });
    const [first, last] = [written[0]!, written.at(-1)!].map((line) => line.replaceAll("\u001b[K", ""));
    expect(last).toMatch(/^\repoch 1\/1 · loss \d\S* · accuracy \d\S* · second \d\S* · \d\S* s\n$/);
    expect(written.length).toBeGreaterThan(1);
    expect(first).toMatch(/^\repoch 1\/1 ━+─* \d\/3 · loss \d\S* · accuracy /);
  });

  const hooks = ["onTrainStart", "onEpochStart", "onStep", "onEpochEnd", "onTrainEnd"] as const;
  test.each(hooks)("whose %s fails end fit with its error, which all are told", async (hook) => {
    const reason = new Error(hook);
    const told: unknown[] = [];
    const telling: Callback = { onTrainFail: (error) => void told.push(error) };
    const failing: Callback = {
      [hook]: async () => Promise.reject(reason),
      onTrainFail: () => {
        throw new Error("and this fails too");
      },
    };
    const trainer = trainerOf({ callbacks: [telling] });
    await expect(trainer.fit(flowers, { callbacks: [failing, telling] })).rejects.toBe(reason);
    expect(told).toEqual([reason, reason]);
    // And the trainer can be used again.
    expect(await trainer.fit(flowers)).toHaveLength(1);
  });

  test("see hooks in the order of training", async () => {
    const seen: string[] = [];
    const trainer = trainerOf({
      callbacks: [
        {
          onTrainStart: ({ epochs }) => void seen.push(`train of ${epochs}`),
          onEpochStart: ({ epoch }) => void seen.push(`epoch ${epoch}`),
          onStep: ({ step, steps }) => void seen.push(`step ${step} of ${steps}`),
          onEpochEnd: ({ epoch }) => {
            seen.push(`end of ${epoch}`);
            return epoch === 2 ? "stop" : undefined;
          },
          onTrainEnd: (reports) => void seen.push(`end after ${reports.length}`),
        },
      ],
    });
    await trainer.fit(flowers.batch(100), { epochs: 3 });
    const epoch = ["step 1 of 2", "step 2 of 2"];
    expect(seen).toEqual([
      "train of 3",
      "epoch 1",
      ...epoch,
      "end of 1",
      "epoch 2",
      ...epoch,
      "end of 2",
      "end after 2",
    ]);
  });
});

test("streams train like arrays", async () => {
  const rows = Array.from(labels, (y, at) => ({ x: inputs.slice(4 * at, 4 * at + 4), y }));
  const [one, other] = [trainerOf(), trainerOf()];
  await one.fit(flowers.batch(32), { epochs: 2 });
  await other.fit(
    stream(async function* () {
      for (const row of rows) yield await Promise.resolve(row);
    }).batch(32),
    { epochs: 2 },
  );
  const [first, second] = [await state(one), await state(other)];
  expect(second["0-dense/kernel"]).toEqual(first["0-dense/kernel"]);
});

test("a learning rate is changed between steps, and a schedule follows the step count", async () => {
  const still = trainerOf({
    loss: mse,
    model: dense({ units: 1 }),
    metrics: [],
    optimizer: sgd({ learningRate: 0.1 }),
  });
  const data = arrays({ x: { data: inputs, shape }, y: labels }).batch(150);
  still.setLearningRate(0);
  const before = await state(still);
  await still.fit(data);
  expect((await state(still))["kernel"]).toEqual(before["kernel"]);
  const falling = trainerOf({
    loss: mse,
    model: dense({ units: 1 }),
    metrics: [],
    optimizer: sgd({ learningRate: (count) => count.lessEqual(2).mul(0.01) }),
  });
  await falling.fit(data, { epochs: 2 });
  const two = await state(falling);
  expect(two["kernel"]).not.toEqual(before["kernel"]);
  await falling.fit(data, { epochs: 3 });
  expect((await state(falling))["kernel"]).toEqual(two["kernel"]);
});
