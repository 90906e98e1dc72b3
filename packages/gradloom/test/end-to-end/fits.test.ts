import {
  accumulate,
  adam,
  arrays,
  cpu,
  createTrainer,
  dense,
  type Dataset,
  mse,
  progress,
  sequential,
  tensor,
} from "gradloom";
import { expect, test } from "vitest";

const inputs = Float64Array.from({ length: 12 }, (_, at) => at / 12);
const data = arrays({ x: { data: inputs, shape: [12, 1] }, y: { data: inputs, shape: [12, 1] } });

const newTrainer = (batches = 1) =>
  createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 1 })),
    input: [1],
    loss: mse,
    optimizer: adam({ learningRate: 0.01 }),
    ...(batches > 1 ? { accumulation: accumulate({ batches }) } : {}),
  });

test("float64 data trains a float32 model in float32", async () => {
  const trainer = newTrainer();
  await trainer.fit(data.batch(4));
  expect(trainer.predict(tensor(inputs, { shape: [12, 1] })).dtype).toBe("float32");
});

test("no two epochs see the data in one order, over several fits either", async () => {
  const trainer = newTrainer();
  const orders: string[] = [];
  const shuffled = data.shuffle().batch(12);
  const watched: Dataset = {
    async *batches(pass) {
      for (const batch of shuffled.batches(pass)) {
        orders.push((await (batch.x as ReturnType<typeof tensor>).data()).join());
        yield batch;
      }
    },
  };
  await trainer.fit(watched, { epochs: 2 });
  await trainer.fit(watched, { epochs: 2 });
  expect(new Set(orders).size).toBe(4);
});

test("what an aborted fit had gathered does not reach the next one", async () => {
  const [aborted, fresh] = [newTrainer(3), newTrainer(3)];
  const stop = new AbortController();
  const failing = aborted.fit(data.batch(2), {
    signal: stop.signal,
    callbacks: [{ onStep: ({ step }) => void (step === 2 && stop.abort(new Error("enough"))) }],
  });
  await expect(failing).rejects.toThrow("enough");
  const rest = data.batch(4);
  await aborted.fit(rest);
  await fresh.fit(rest);
  const weights = async (trainer: typeof fresh): Promise<number[]> => [
    ...(await trainer.model.parameters[0]!.variable.data()),
  ];
  expect(await weights(aborted)).toEqual(await weights(fresh));
});

test("callbacks are told when training fails, and a progress line is closed", async () => {
  const written: string[] = [];
  const output = { isTTY: true, write: (text: string) => void written.push(text) };
  const told: unknown[] = [];
  const problem = new Error("no more data");
  const broken: Dataset = {
    async *batches(pass) {
      yield* data.batch(6).batches(pass);
      throw problem;
    },
  };
  const callbacks = [progress({ output }), { onTrainFail: (error: unknown) => void told.push(error) }];
  await expect(newTrainer().fit(broken, { callbacks })).rejects.toBe(problem);
  expect(told).toEqual([problem]);
  expect(written.at(-1)).toBe("\n");
});
