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
  accumulate,
  restore,
  snapshot,
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

/** Options for a step of so many batches. */
function stepsOf(batches: number): Partial<TrainerOptions> {
  return batches > 1 ? { accumulation: accumulate({ batches }) } : {};
}

function trainerOf(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 6, activation: tanh }), dropHalf({}), dense({ units: 3 })),
    input: [4],
    loss: softmaxCrossEntropy,
    optimizer: adam({ learningRate: 0.02 }),
    metrics: [accuracy],
    seed: 5,
    ...options,
  });
}

/** A copy that shares nothing, as a file gives it. */
const saved = async (trainer: Trainer): Promise<Snapshot> => structuredClone(await snapshot(trainer)) as Snapshot;

describe("training that goes on in a new trainer from a snapshot", () => {
  test.each([1, 2])("is byte for byte that of one that did not stop, %i batches in a step", async (batches) => {
    const whole = trainerOf(stepsOf(batches));
    const reports = await whole.fit(data, { epochs: 4 });
    const first = trainerOf(stepsOf(batches));
    await first.fit(data, { epochs: 2 });
    const second = trainerOf({ ...stepsOf(batches), seed: 5 });
    restore(second, await saved(first));
    const rest = await second.fit(data, { epochs: 2 });
    expect(rest.map(({ metrics }) => metrics)).toEqual(reports.slice(2).map(({ metrics }) => metrics));
    expect(await snapshot(second)).toEqual(await snapshot(whole));
  });

  test("goes on in the middle of a step of several batches", async () => {
    const batches = [...data.batches({ epoch: 1, seed: 1 })];
    const whole = trainerOf(stepsOf(3));
    for (const batch of batches) await whole.step(batch);
    const first = trainerOf(stepsOf(3));
    for (const batch of batches.slice(0, 5)) await first.step(batch);
    const second = trainerOf(stepsOf(3));
    // It has gathered something else, which is forgotten.
    await second.step(batches[0]!);
    restore(second, await saved(first));
    for (const batch of batches.slice(5)) await second.step(batch);
    expect(await snapshot(second)).toEqual(await snapshot(whole));
  });

  test("may take other numbers of batches in a step, as steps are whole between epochs", async () => {
    const first = trainerOf(stepsOf(2));
    await first.fit(data);
    const second = trainerOf();
    restore(second, await saved(first));
    expect(await snapshot(second)).toEqual(await snapshot(first));
  });
});

describe("a snapshot that does not fit is refused, and nothing has changed:", () => {
  const end = "; it must come from a trainer of the same model and optimizer";
  const changed = (taken: Snapshot, path: string, numbers?: Float32Array | Float64Array): Snapshot => {
    const copy = new Map(taken);
    if (numbers === undefined) copy.delete(path);
    else copy.set(path, numbers);
    return copy;
  };
  const bias = "2-dense/bias";

  test.each<[string, string, (taken: Snapshot) => unknown]>([
    ["a path that is missing", `has no ${bias}`, (taken) => changed(taken, bias)],
    ["a count that is missing", "has no trainer/epochs", (taken) => changed(taken, "trainer/epochs")],
    [
      "a path of something else",
      "has 3-dense/kernel, which is not here",
      (taken) => changed(taken, "3-dense/kernel", Float32Array.of(1)),
    ],
    [
      "other numbers than there are",
      `has a Float32Array of 2 for ${bias}, which is Float32Array of 3`,
      (taken) => changed(taken, bias, Float32Array.of(1, 2)),
    ],
    [
      "numbers of another dtype",
      `has a Float64Array of 3 for ${bias}, which is Float32Array of 3`,
      (taken) => changed(taken, bias, Float64Array.of(1, 2, 3)),
    ],
    ["nothing", "is undefined", () => undefined],
    ["an object", "is an object", (taken) => Object.fromEntries(taken)],
  ])("%s", async (_, problem, damage) => {
    const trainer = trainerOf();
    await trainer.fit(data);
    const before = await snapshot(trainer);
    const other = trainerOf();
    await other.fit(data, { epochs: 2 });
    const damaged = damage(await snapshot(other)) as Snapshot;
    expect(() => restore(trainer, damaged)).toThrow(
      expect.objectContaining({ code: "snapshot", message: `restore: the snapshot ${problem}${end}` }),
    );
    expect(await snapshot(trainer)).toEqual(before);
  });

  test("that of a step which gathers, where none does", async () => {
    const gathering = trainerOf(stepsOf(2));
    await gathering.step([...data.batches({ epoch: 1, seed: 1 })][0]!);
    const taken = await snapshot(gathering);
    expect(() => restore(trainerOf(), taken)).toThrow(
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
  for (const batches of [1, 2]) {
    const trainer = trainerOf({ model: sequential(drawing, dense({ units: 3 })), ...stepsOf(batches) });
    const draws: string[] = [];
    for (let step = 0; step < 5; step++) {
      await trainer.step(batch!);
      draws.push(String(await trainer.model.states[0]!.variable.data()));
    }
    expect(new Set(draws).size).toBe(5);
  }
});
