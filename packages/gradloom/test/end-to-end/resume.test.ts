import { tanh } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  createTrainer,
  define,
  type Layer,
  mean,
  mul,
  randomBernoulli,
  randomUniform,
  sequential,
  type Shape,
  type Snapshot,
  type Tensor,
  type Trainer,
  type TrainerOptions,
  where,
  zeros,
} from "@gradloom/core";
import { arrays } from "@gradloom/data";
import { iris } from "@gradloom/datasets";
import { dense } from "@gradloom/layers-dense";
import { softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy } from "@gradloom/metrics";
import { adam } from "@gradloom/optimizers";
import { describe, expect, test } from "vitest";

const { inputs, labels, shape } = iris();
// 150 samples make 9 batches of 17, so an epoch ends in the middle of a step of two.
const data = arrays({ x: { data: inputs, shape }, y: labels })
  .shuffle()
  .batch(17);

/** Leaves half of the numbers out, others in each step, and keeps their running mean. */
const dropHalf = define("layer", "dropHalf", {}, () => ({
  build(input: Shape, make) {
    const average = make.state("average", zeros(input, make.dtype));
    return {
      output: input,
      call(x: Tensor, context) {
        if (!context.training) return x;
        context.update(average, add(mul(average.value, 0.9), mul(mean(x, { axis: 0 }), 0.1)));
        return where(randomBernoulli(context.random("mask"), x.shape, 0.5), mul(x, 2), 0);
      },
    };
  },
}));

function trainerOf(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 6, activation: tanh }), dropHalf({}), dense({ units: 3 })),
    input: [4],
    loss: softmaxCrossEntropy,
    optimizer: adam({ learningRate: 0.02 }),
    metrics: [accuracy],
    seed: 5,
    accumulation: 2,
    ...options,
  });
}

/** A copy that shares nothing, as a file gives it. */
const saved = async (trainer: Trainer): Promise<Snapshot> => structuredClone(await trainer.snapshot()) as Snapshot;

describe("training that goes on in a new trainer from a snapshot", () => {
  test.each([1, 2])("is byte for byte that of one that did not stop, %i batches in a step", async (accumulation) => {
    const whole = trainerOf({ accumulation });
    const reports = await whole.fit(data, { epochs: 4 });
    const first = trainerOf({ accumulation });
    await first.fit(data, { epochs: 2 });
    const second = trainerOf({ accumulation, seed: 5 });
    second.restore(await saved(first));
    const rest = await second.fit(data, { epochs: 2 });
    expect(rest.map(({ metrics }) => metrics)).toEqual(reports.slice(2).map(({ metrics }) => metrics));
    expect(await second.snapshot()).toEqual(await whole.snapshot());
  });

  test("goes on in the middle of a step of several batches", async () => {
    const batches = [...data.batches({ epoch: 1, seed: 1 })];
    const whole = trainerOf({ accumulation: 3 });
    for (const batch of batches) await whole.step(batch);
    const first = trainerOf({ accumulation: 3 });
    for (const batch of batches.slice(0, 5)) await first.step(batch);
    const second = trainerOf({ accumulation: 3 });
    // It has gathered something else, which is forgotten.
    await second.step(batches[0]!);
    second.restore(await saved(first));
    for (const batch of batches.slice(5)) await second.step(batch);
    expect(await second.snapshot()).toEqual(await whole.snapshot());
  });

  test("may take other numbers of batches in a step, as steps are whole between epochs", async () => {
    const first = trainerOf({ accumulation: 2 });
    await first.fit(data);
    const second = trainerOf({ accumulation: 1 });
    second.restore(await saved(first));
    expect(await second.snapshot()).toEqual(await first.snapshot());
  });
});

describe("a snapshot that does not fit is refused, and nothing has changed:", () => {
  const end = "; it must come from a trainer of the same model and optimizer";
  const changed = (snapshot: Snapshot, path: string, numbers?: Float32Array | Float64Array): Snapshot => {
    const copy = new Map(snapshot);
    if (numbers === undefined) copy.delete(path);
    else copy.set(path, numbers);
    return copy;
  };
  const bias = "2-dense/bias";

  test.each<[string, string, (snapshot: Snapshot) => unknown]>([
    ["a path that is missing", `has no ${bias}`, (snapshot) => changed(snapshot, bias)],
    ["a count that is missing", "has no trainer/epochs", (snapshot) => changed(snapshot, "trainer/epochs")],
    [
      "a path of something else",
      "has 3-dense/kernel, which is not here",
      (snapshot) => changed(snapshot, "3-dense/kernel", Float32Array.of(1)),
    ],
    [
      "other numbers than there are",
      `has a Float32Array of 2 for ${bias}, which is Float32Array of 3`,
      (snapshot) => changed(snapshot, bias, Float32Array.of(1, 2)),
    ],
    [
      "numbers of another dtype",
      `has a Float64Array of 3 for ${bias}, which is Float32Array of 3`,
      (snapshot) => changed(snapshot, bias, Float64Array.of(1, 2, 3)),
    ],
    ["nothing", "is undefined", () => undefined],
    ["an object", "is an object", (snapshot) => Object.fromEntries(snapshot)],
  ])("%s", async (_, problem, damage) => {
    const trainer = trainerOf();
    await trainer.fit(data);
    const before = await trainer.snapshot();
    const other = trainerOf();
    await other.fit(data, { epochs: 2 });
    const damaged = damage(await other.snapshot()) as Snapshot;
    expect(() => trainer.restore(damaged)).toThrow(
      expect.objectContaining({ code: "snapshot", message: `restore: the snapshot ${problem}${end}` }),
    );
    expect(await trainer.snapshot()).toEqual(before);
  });

  test("that of a step which gathers, where none does", async () => {
    const gathering = trainerOf();
    await gathering.step([...data.batches({ epoch: 1, seed: 1 })][0]!);
    const snapshot = await gathering.snapshot();
    expect(() => trainerOf({ accumulation: 1 }).restore(snapshot)).toThrow(
      expect.objectContaining({
        message: `restore: the snapshot has trainer/gradient/0-dense/kernel, which is not here${end}`,
      }),
    );
  });
});

test("two fits see the data in orders of their own", async () => {
  const orders: string[] = [];
  const seen = data.map((batch) => {
    orders.push(String((batch.y as Tensor).dataSync()));
    return batch;
  });
  const trainer = trainerOf();
  await trainer.fit(seen);
  await trainer.fit(seen);
  expect(new Set(orders).size).toBe(orders.length);
});

test("layers draw other numbers in each step, whatever makes it up", async () => {
  const drawing: Layer = {
    build(input, make) {
      const drawn = make.state("drawn", zeros([4], make.dtype));
      return {
        output: input,
        call(x, context) {
          if (context.training) context.update(drawn, randomUniform(context.random("draw"), [4]));
          return x;
        },
      };
    },
  };
  const [batch] = [...data.batches({ epoch: 1, seed: 1 })];
  for (const accumulation of [1, 2]) {
    const trainer = trainerOf({ model: sequential(drawing, dense({ units: 3 })), accumulation });
    const draws: string[] = [];
    for (let step = 0; step < 5; step++) {
      await trainer.step(batch!);
      draws.push(String(await trainer.model.states[0]!.variable.data()));
    }
    expect(new Set(draws).size).toBe(5);
  }
});
