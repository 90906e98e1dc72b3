import { relu } from "@gradloom/activations";
import { wasm } from "@gradloom/backend-wasm";
import { type Callback, createTrainer, sequential, type Snapshot, type Trainer, snapshot } from "@gradloom/core";
import { arrays } from "@gradloom/data";
import { dense } from "@gradloom/layers-dense";
import { softmaxCrossEntropy } from "@gradloom/losses";
import { adam } from "@gradloom/optimizers";
import { expect, test } from "vitest";

const features = 200;
const samples = 640;

/** A step of 64 samples is worth several threads. */
const data = arrays({
  x: {
    data: Float32Array.from({ length: samples * features }, (_, at) => Math.sin(at * at)),
    shape: [samples, features],
  },
  y: Int32Array.from({ length: samples }, (_, at) => at % 10),
}).batch(64);

const backend = wasm({ threads: 2 });

function trainerOf(seed: number, callbacks: readonly Callback[] = []): Trainer {
  return createTrainer({
    plugins: [backend],
    model: sequential(dense({ units: 300, activation: relu }), dense({ units: 10 })),
    input: [features],
    loss: softmaxCrossEntropy,
    optimizer: adam(),
    callbacks,
    seed,
  });
}

function plain(taken: Snapshot): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries([...taken].map(([path, numbers]) => [path, [...numbers]]));
}

test("two trainings at once, on the threads of one backend, go as each alone", async () => {
  const alone = [];
  for (const seed of [1, 2]) {
    const trainer = trainerOf(seed);
    alone.push([await trainer.fit(data, { epochs: 4 }), plain(await snapshot(trainer))]);
  }
  const together = await Promise.all(
    [1, 2].map(async (seed) => {
      const trainer = trainerOf(seed);
      return [await trainer.fit(data, { epochs: 4 }), plain(await snapshot(trainer))];
    }),
  );
  expect(together).toEqual(alone);
});

test("an aborted training leaves the variables of whole steps, and timers fire meanwhile", async () => {
  const abort = new AbortController();
  let steps = 0;
  const trainer = trainerOf(3, [{ onStep: () => void steps++ }]);
  setTimeout(() => abort.abort(new Error("enough")), 30);
  await expect(trainer.fit(data, { epochs: 10_000, signal: abort.signal })).rejects.toThrow("enough");
  const stopped = plain(await snapshot(trainer));

  const last = new AbortController();
  let left = steps;
  const again = trainerOf(3, [{ onStep: () => void (--left === 0 && last.abort(new Error("as many"))) }]);
  await expect(again.fit(data, { epochs: 10_000, signal: last.signal })).rejects.toThrow("as many");
  expect(plain(await snapshot(again))).toEqual(stopped);
});
