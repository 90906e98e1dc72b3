import { cpu } from "@gradloom/backend-cpu";
import { type Batch, cast, mul, type Tensor, tensor, useBackend } from "@gradloom/core";
import { property } from "@gradloom/testing";
import { array, integer, nat } from "fast-check";
import { describe, expect, test } from "vitest";
import { arrays, type ArraysOptions, type Samples } from "../src/index.ts";

useBackend(cpu());

const pass = { epoch: 1, seed: 0 };

/** Samples whose x is [n, 10 n] and whose y is n. */
function numbered(count: number): Samples {
  const all = Array.from({ length: count }, (_, at) => at);
  return arrays({ x: all.map((at) => [at, 10 * at]), y: Int32Array.from(all) });
}

async function numbers(x: Batch["x"]): Promise<readonly number[]> {
  return [...(await (x as Tensor).data())];
}

/** The targets of each batch of a pass. */
async function targets(data: Samples, { epoch = 1, seed = 0 } = {}): Promise<readonly (readonly number[])[]> {
  return Promise.all([...data.batches({ epoch, seed })].map(({ y }) => numbers(y)));
}

describe("batches", () => {
  test("hold the rows of x, y and weights that belong together", async () => {
    const data = arrays({
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      y: Int32Array.of(7, 8, 9),
      weights: [1, 0.5, 2],
    });
    const [first, second] = [...data.batch(2).batches(pass)];
    const [{ x, y, weights }, last] = [first!, second!];
    expect([(x as Tensor).shape, (y as Tensor).dtype, weights!.shape]).toEqual([[2, 2], "int32", [2]]);
    expect([await numbers(x), await numbers(y), await numbers(weights!)]).toEqual([
      [1, 2, 3, 4],
      [7, 8],
      [1, 0.5],
    ]);
    expect([await numbers(last.x), await numbers(last.y), await numbers(last.weights!)]).toEqual([[5, 6], [9], [2]]);
  });

  test("are of 32 samples if nothing is said, and the last may be short", async () => {
    const data = numbered(70);
    expect((await targets(data)).map((batch) => batch.length)).toEqual([32, 32, 6]);
    expect([data.size, data.length]).toEqual([70, 3]);
  });

  test("leave the short one out where it is to be dropped", async () => {
    const data = numbered(7).batch(3, { dropRemainder: true });
    expect(await targets(data)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(data.length).toBe(2);
  });

  test("give lists where lists were given", async () => {
    const data = arrays({
      x: [tensor([[1], [2]]), { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] }],
      y: [tensor([true, false])],
    });
    const [{ x, y }] = [...data.batches(pass)] as [Batch];
    expect((x as readonly Tensor[]).map(({ shape, dtype }) => [shape, dtype])).toEqual([
      [[2, 1], "float32"],
      [[2, 2], "float64"],
    ]);
    expect((y as readonly Tensor[]).map(({ shape, dtype }) => [shape, dtype])).toEqual([[[2], "bool"]]);
  });
});

describe("numbers", () => {
  test("come as nested arrays, typed arrays, rows of typed arrays, with a shape, or as tensors", async () => {
    const y = [0, 1];
    const forms: readonly (readonly [ArraysOptions["x"], string])[] = [
      [
        [
          [1, 2],
          [3, 4],
        ],
        "float32",
      ],
      [[Float64Array.of(1, 2), Float64Array.of(3, 4)], "float64"],
      [{ data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] }, "uint8"],
      [{ data: Uint8ClampedArray.of(1, 2, 3, 4), shape: [2, 2] }, "uint8"],
      [[Uint8ClampedArray.of(1, 2), Uint8ClampedArray.of(3, 4)], "uint8"],
      [tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] }), "int32"],
      [
        mul(
          tensor([
            [0.5, 1],
            [1.5, 2],
          ]),
          2,
        ),
        "float32",
      ],
    ];
    for (const [x, dtype] of forms) {
      const [batch] = [...arrays({ x, y }).batches(pass)];
      const found = batch!.x as Tensor;
      expect([found.shape, found.dtype, await numbers(found)]).toEqual([[2, 2], dtype, [1, 2, 3, 4]]);
    }
  });

  test("of images are scaled to float32", async () => {
    const data = arrays({ x: { data: Uint8Array.of(0, 51, 255, 102), shape: [2, 2] }, y: [0, 1] }).scale(1 / 255);
    const [{ x }] = [...data.batches(pass)] as [Batch];
    expect((x as Tensor).dtype).toBe("float32");
    expect(await (x as Tensor).data()).toEqual(Float32Array.of(0, 51 / 255, 1, 102 / 255));
    const [twice] = [...data.scale(2).batches(pass)];
    expect(await numbers(twice!.x)).toEqual([...Float32Array.of(0, 102 / 255, 2, 204 / 255)]);
  });

  test("are changed batch by batch by map", async () => {
    const data = numbered(3)
      .batch(2)
      .map(({ x, y }) => ({ x: mul(x as Tensor, 2), y: cast(y as Tensor, "float32") }));
    const [first] = [...data.map(({ x, y }) => ({ x: mul(x as Tensor, 10), y })).batches(pass)];
    expect([await numbers(first!.x), (first!.y as Tensor).dtype]).toEqual([[0, 0, 20, 200], "float32"]);
  });
});

describe("shuffling", () => {
  test("keeps every sample, in another order in each epoch that seed and epoch decide", async () => {
    const data = numbered(50).shuffle().batch(50);
    const [first] = await targets(data);
    expect(first!.toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
    expect(first).not.toEqual([...Array(50).keys()]);
    expect(await targets(data)).toEqual([first]);
    expect(await targets(data, { epoch: 2 })).not.toEqual([first]);
    expect(await targets(data, { seed: 1 })).not.toEqual([first]);
  });

  test("with a seed of its own does not heed the trainer's", async () => {
    const data = numbered(20).shuffle({ seed: 5 });
    expect(await targets(data, { seed: 1 })).toEqual(await targets(data, { seed: 2 }));
    expect(await targets(numbered(20).shuffle({ seed: 6 }))).not.toEqual(await targets(data));
  });

  test("keeps x and y together, whether it is said before or after batch", async () => {
    const data = numbered(20).batch(6).shuffle();
    expect(await targets(data)).toEqual(await targets(numbered(20).shuffle().batch(6)));
    for (const { x, y } of data.batches(pass))
      expect(await numbers(x)).toEqual((await numbers(y)).flatMap((at) => [at, 10 * at]));
  });

  test("puts each sample in each place equally often", async () => {
    const counts = new Array<number>(25).fill(0);
    const data = numbered(5).shuffle();
    for (let epoch = 1; epoch <= 2000; epoch++)
      (await targets(data, { epoch }))[0]!.forEach((sample, place) => counts[5 * place + sample]!++);
    // 400 each, within five standard deviations of 18.
    expect(counts.every((count) => Math.abs(count - 400) < 90)).toBe(true);
  });
});

describe("splitting", () => {
  const all = async (parts: readonly Samples[]): Promise<readonly (readonly number[])[]> =>
    Promise.all(parts.map(async (part) => (await targets(part)).flat()));

  test(
    "gives parts without a sample in common that are the whole together",
    property([array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), nat()], async (sizes, seed) => {
      const size = sizes.reduce((total, part) => total + part, 0);
      for (const choice of ["random", "ordered", "stratified"] as const) {
        const parts = await all(numbered(size).split(sizes, { choice, seed }));
        expect(parts.map((part) => part.length)).toEqual(sizes);
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual([...Array(size).keys()]);
      }
    }),
  );

  test("takes a share or a count for the first of two, and shares that are rounded so that they add up", async () => {
    const data = numbered(10);
    const [train, rest] = data.split(0.75);
    expect([train.size, rest.size]).toEqual([8, 2]);
    expect(data.split(3).map(({ size }) => size)).toEqual([3, 7]);
    expect(data.split([1 / 3, 1 / 3, 1 / 3]).map(({ size }) => size)).toEqual([3, 4, 3]);
  });

  test("is random but the same every time, unless the order is to be kept", async () => {
    const data = numbered(20);
    expect(await all(data.split(0.5))).toEqual(await all(data.split(0.5)));
    expect(await all(data.split(0.5, { seed: 1 }))).not.toEqual(await all(data.split(0.5)));
    expect(await all(data.split(0.5))).not.toEqual(await all(data.split(0.5, { choice: "ordered" })));
    expect((await all(data.split(2, { choice: "ordered" })))[0]).toEqual([0, 1]);
  });

  test("of shuffled samples stays the same in every epoch", async () => {
    const [train, rest] = numbered(20).shuffle().split(0.5);
    const members = async (epoch: number): Promise<readonly number[]> =>
      (await targets(train, { epoch })).flat().toSorted((a, b) => a - b);
    expect(await members(2)).toEqual(await members(1));
    const tested = (await all([rest]))[0]!;
    expect((await members(3)).filter((sample) => tested.includes(sample))).toEqual([]);
  });

  test("by class gives each part each class in its share", async () => {
    const labels = Array.from({ length: 60 }, (_, at) => (at < 6 ? 0 : at < 30 ? 1 : 2));
    const oneHot = labels.map((label) => [0, 1, 2].map((at) => Number(at === label)));
    for (const y of [Int32Array.from(labels), oneHot]) {
      const data = arrays({ x: labels, y }).split([0.5, 0.5], { choice: "stratified" });
      for (const part of data) {
        const found = await numbers([...part.batch(60).batches(pass)][0]!.x);
        expect([0, 1, 2].map((label) => found.filter((one) => one === label).length)).toEqual([3, 12, 15]);
      }
    }
  });

  test("can be taken from a part, and take keeps the first samples", async () => {
    const [first] = numbered(20).split(12, { choice: "ordered" });
    const [second] = first.split(5, { choice: "ordered" });
    expect(await all([second.take(3)])).toEqual([[0, 1, 2]]);
    expect(await all(first.take(8).split(6, { choice: "ordered" }))).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7],
    ]);
    expect(first.take(100).size).toBe(12);
  });
});

test("bad data and options are refused", () => {
  const data = numbered(10);
  const y = [0, 1];
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => arrays({ x: [], y: [] }), "arrays: x is empty; there must be at least one sample"],
    [() => arrays({ x: [1], y: new Float32Array(0) }), "arrays: y is empty; there must be at least one sample"],
    [() => arrays({ x: 3, y }), "arrays: x is a single number; its first axis must count samples"],
    [
      () => arrays({ x: [1, 2, 3], y }),
      "arrays: x has 3 samples and y 2; the first axis of everything counts the same samples",
    ],
    [
      () => arrays({ x: y, y, weights: [1] }),
      "arrays: x has 2 samples and weights 1; the first axis of everything counts the same samples",
    ],
    [
      () => arrays({ x: [tensor([1, 2]), tensor([1])], y }),
      "arrays: x is a list of 2, 1 samples; the first axis of everything counts the same samples",
    ],
    [
      () => arrays({ x: [[1, 2], [3]], y }),
      "arrays: x: the nested array is ragged: [1] has 1 entries where 2 entries must be",
    ],
    [
      () => arrays({ x: [Float32Array.of(1, 2), Float32Array.of(3)], y }),
      "arrays: x: row 1 is Float32Array(1) and row 0 Float32Array(2); rows must be of one kind and length",
    ],
    [
      () => arrays({ x: { data: new Float32Array(5), shape: [2, 3] }, y }),
      "arrays: x: 5 numbers meet the shape [2, 3], which holds 6; they must agree",
    ],
    [
      () =>
        arrays({
          x: [
            [1, 2],
            [3, Number.NaN],
          ],
          y,
        }),
      "arrays: x: the number at [1, 1] is NaN; data must be finite, so leave such samples out or fill the gaps",
    ],
    [
      () => arrays({ x: y, y: Float64Array.of(0, -Infinity) }),
      "arrays: y: the number at [1] is -Infinity; data must be finite, so leave such samples out or fill the gaps",
    ],
    [
      () => arrays({ x: [tensor([1, 2]), tensor([1, Number.NaN])], y }),
      "arrays: x[1]: the number at [1] is NaN; data must be finite, so leave such samples out or fill the gaps",
    ],
    [() => arrays({ x: y, y, weights: [1, -1] }), "arrays: weight 1 is -1; weights must be 0 or more"],
    [() => arrays({ x: y, y, weights: [0, 0] }), "arrays: all weights are 0; at least one sample must count"],
    [
      () => arrays({ x: y, y, weights: [[1], [1]] }),
      "arrays: weights are [2, 1]; there must be one for each sample, [2]",
    ],
    [() => data.batch(0), "batch: the size is 0; it must be a whole number of 1 or more"],
    [() => data.batch(2.5), "batch: the size is 2.5; it must be a whole number of 1 or more"],
    [() => data.take(0), "take: the number of samples is 0; it must be a whole number of 1 or more"],
    [() => data.scale(Number.NaN), "scale: the factor is NaN; it must be a finite number"],
    [() => data.shuffle({ seed: 0.5 }), "shuffle: seed is 0.5; it must be a whole number"],
    [
      () => [...data.batch(20, { dropRemainder: true }).batches(pass)],
      "batch: 10 samples make no whole batch of 20; take smaller batches, or leave dropRemainder out",
    ],
    [() => data.split([3, 4]), "split: the parts 3, 4 add up to 7; they must add up to the 10 samples"],
    [() => data.split([0.5, 0.25]), "split: the parts 0.5, 0.25 add up to 0.75; they must add up to 1"],
    [() => data.split([0.5, 5]), "split: the share 0.5 meets counts of samples; give shares or counts, not both"],
    [() => data.split(10), "split: a part of 10 samples is 0; it must be a whole number of 1 or more"],
    [() => data.split([0.99, 0.01]), "split: part 1 (0.01) of 10 samples is empty; each needs at least one"],
  ];
  for (const [call, message] of refused) expect(call).toThrow(expect.objectContaining({ message }));
});
