import { cpu } from "@gradloom/backend-cpu";
import { GradloomError, tensor, useBackend } from "@gradloom/core";
import { describe, expect, test } from "vitest";
import { arrays, type Samples, stream, type Stream } from "../src/index.ts";

useBackend(cpu());

const hole = [[1], [2], [3]];
Reflect.deleteProperty(hole, 1);
const detached = new Float32Array(4);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const cyclic: unknown[] = [];
cyclic.push(cyclic);
const nonsense = [
  null,
  true,
  -1,
  NaN,
  2 ** 53,
  "x",
  Symbol("x"),
  1n,
  {},
  [],
  [undefined],
  hole,
  cyclic,
  detached,
  Promise.resolve(),
  () => 7,
];

const samples = (): Samples => arrays({ x: [[1], [2]], y: [0, 1] });
const items = (): Stream => stream([{ x: [1], y: 0 }]);

/** What is done with one thing that somebody gives. */
const uses: Readonly<Record<string, (given: never) => unknown>> = {
  "the x of arrays": (x) => read(arrays({ x, y: [0, 1] })),
  "the y of arrays": (y) => read(arrays({ x: [[1], [2]], y })),
  "the weights of arrays": (weights) => read(arrays({ x: [[1], [2]], y: [0, 1], weights })),
  "the data of an x": (data) => read(arrays({ x: { data, shape: [2] }, y: [0, 1] })),
  "the shape of an x": (shape) => read(arrays({ x: { data: new Float32Array(2), shape }, y: [0, 1] })),
  "one of several x": (x) => read(arrays({ x: [tensor([1, 2]), x], y: [0, 1] })),
  "a row": (row) => read(arrays({ x: [Float32Array.of(1), row], y: [0, 1] })),
  "a batch size": (size) => read(samples().batch(size)),
  "options of batch": (options) => read(samples().batch(1, options)),
  "options of shuffle": (options) => read(samples().shuffle(options)),
  "options of split": (options) => samples().split(1, options),
  "parts to split into": (parts) => samples().split(parts),
  "a count to take": (count) => read(samples().take(count)),
  "a factor": (factor) => read(samples().scale(factor)),
  "a function of map": (change) => read(samples().map(change)),
  "what the function of map gives": (batch) => read(samples().map(() => batch)),
  "a source": (source) => read(stream(source)),
  "a source that a function gives": (source) => read(stream(() => source)),
  "an item": (item) => read(stream([item])),
  "a sample": (item) => read(stream([item]).batch(2)),
  "the x of an item": (x) => read(stream([{ x, y: [0] }])),
  "the weights of an item": (weights) => read(stream([{ x: [1], y: [0], weights }])),
  "options of a stream's batch": (options) => read(items().batch(1, options)),
  "a function of a stream's map": (change) => read(items().map(change)),
  "what a stream's function gives": (item) => read(items().map(() => item)),
  "a count that a stream takes": (count) => read(items().take(count)),
};

/** Goes through a data set once. */
async function read(data: Samples | Stream): Promise<void> {
  for await (const batch of data.batches({ epoch: 1, seed: 0 })) expect(batch).toHaveProperty("y");
}

describe.each(Object.entries(uses))("%s", (_, use) => {
  test("is used, or refused with an error of ours", async () => {
    for (const given of nonsense) {
      try {
        await use(given as never);
      } catch (error) {
        if (!(error instanceof GradloomError)) throw new Error("a foreign error", { cause: [given, error] });
      }
    }
  });
});

test("arrays that change their length after a data set was made of them are noticed", () => {
  const x = Float32Array.of(1, 2, 3, 4);
  for (const data of [arrays({ x, y: x }), arrays({ x, y: x }).shuffle()]) {
    if (x.length > 0) structuredClone(x.buffer, { transfer: [x.buffer] });
    expect(() => [...data.batches({ epoch: 1, seed: 0 })]).toThrow(
      "batch: an array of [4] holds 0 numbers by now, not 4; leave arrays of a data set as they are",
    );
  }
});
