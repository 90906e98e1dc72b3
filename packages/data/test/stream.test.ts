import { cpu } from "@gradloom/backend-cpu";
import { type Batch, type Tensor, tensor, useBackend } from "@gradloom/core";
import { expect, test } from "vitest";
import { type Stream, stream, type StreamItem } from "../src/index.ts";

useBackend(cpu());

const pass = { epoch: 1, seed: 0 };

async function* samples(count: number): AsyncGenerator<StreamItem> {
  for (let at = 0; at < count; at++) {
    await Promise.resolve();
    yield { x: [at, 10 * at], y: at };
  }
}

async function all(data: Stream, given = pass): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of data.batches(given)) batches.push(batch);
  return batches;
}

async function targets(data: Stream): Promise<readonly (readonly number[])[]> {
  return Promise.all((await all(data)).map(async ({ y }) => [...(await (y as Tensor).data())]));
}

test("batches come as they are, from lists and from generators", async () => {
  const batches = [
    { x: [[1], [2]], y: Int32Array.of(0, 1) },
    { x: tensor([[3]]), y: [2], weights: [0.5] },
  ];
  for (const data of [
    stream(batches),
    stream(async function* () {
      yield* batches;
    }),
  ]) {
    const [first, second] = await all(data);
    expect([(first!.x as Tensor).shape, (first!.y as Tensor).dtype, first!.weights]).toEqual([
      [2, 1],
      "int32",
      undefined,
    ]);
    expect(second!.x).toBe(batches[1]!.x);
    expect(await second!.weights!.data()).toEqual(Float32Array.of(0.5));
  }
});

test("samples are put together to batches, of which the last may be short or dropped", async () => {
  const data = stream(() => samples(5));
  const [first, , last] = await all(data.batch(2));
  expect((first!.x as Tensor).shape).toEqual([2, 2]);
  expect(await (first!.x as Tensor).data()).toEqual(Float32Array.of(0, 0, 1, 10));
  expect((last!.y as Tensor).shape).toEqual([1]);
  expect(await targets(data.batch(2, { dropRemainder: true }))).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

test("samples may be weighted, have several inputs, and be of any dtype", async () => {
  const items: readonly StreamItem[] = [
    { x: [tensor(Uint8Array.of(1, 2)), tensor([1])], y: true, weights: 2 },
    { x: [tensor(Uint8Array.of(3, 4)), tensor([2])], y: false },
  ];
  const [batch] = await all(stream(items).batch(2));
  const [bytes, floats] = batch!.x as readonly Tensor[];
  expect([bytes!.dtype, bytes!.shape, floats!.shape, (batch!.y as Tensor).dtype]).toEqual([
    "uint8",
    [2, 2],
    [2, 1],
    "bool",
  ]);
  expect(await batch!.weights!.data()).toEqual(Float32Array.of(2, 1));
});

test("take ends a pass, of samples or of batches, and closes the source", async () => {
  let closed = 0;
  const data = stream(function* () {
    try {
      for (let at = 0; ; at++) yield { x: [at], y: at };
    } finally {
      closed++;
    }
  });
  expect(await targets(data.take(3).batch(2))).toEqual([[0, 1], [2]]);
  expect(await targets(data.batch(2).take(2))).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(closed).toBe(2);
});

test("map changes items, and may take its time", async () => {
  const data = stream(() => samples(2)).map(async ({ x, y }) => {
    await Promise.resolve();
    return { x, y: (y as number) + 100 };
  });
  expect(await targets(data.batch(2))).toEqual([[100, 101]]);
});

test("a function begins anew for each pass and is told which", async () => {
  const told: unknown[] = [];
  const data = stream((given) => {
    told.push(given);
    return samples(1);
  }).batch(1);
  await all(data);
  await all(data, { epoch: 2, seed: 7 });
  expect(told).toEqual([pass, { epoch: 2, seed: 7 }]);
});

test("bad items and sources are refused", async () => {
  const message = (text: string): unknown => expect.objectContaining({ message: text });
  const used = stream(samples(2)).batch(1);
  await all(used);
  await expect(all(used)).rejects.toThrow(
    message(
      "stream: the source was gone through already and cannot begin anew; give a function that makes one for each pass, e.g. stream(() => read(file))",
    ),
  );
  const unlike = [
    { x: [1, 2], y: 0 },
    { x: [1], y: 0 },
  ];
  await expect(all(stream(unlike).batch(2))).rejects.toThrow(
    message(
      "stream: x is float32 [2] in the first sample of a batch and float32 [1] in sample 1; samples must be alike",
    ),
  );
  await expect(all(stream([{ x: [Number.NaN], y: [0] }]))).rejects.toThrow(
    message("stream: x: the number at [0] is NaN; data must be finite, so leave such samples out or fill the gaps"),
  );
  const masked = { x: [[1]], y: [0], mask: [1] } as StreamItem;
  for (const data of [stream([masked]), stream([masked]).batch(1)]) {
    await expect(all(data)).rejects.toThrow(message('stream: an item: no option "mask"; it has x, y, weights'));
  }
  for (const none of [undefined, 7, [[1], [0]]]) {
    await expect(all(stream([none as never]).batch(1))).rejects.toThrow(
      message(
        none === undefined
          ? "stream: an item: x is missing; it must be given"
          : `stream: an item: ${none === 7 ? "7" : "a list of 2"} is no plain object; it has x, y, weights`,
      ),
    );
  }
  expect(() => stream([]).batch(0)).toThrow(message("batch: the size is 0; it must be a whole number of 1 or more"));
  expect(() => stream([]).take(-1)).toThrow(
    message("take: the number of items is -1; it must be a whole number of 1 or more"),
  );
});
