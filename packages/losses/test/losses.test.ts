import { cpu } from "@gradloom/backend-cpu";
import {
  gradients,
  type Loss,
  recipeOf,
  Registry,
  type Shape,
  sum,
  type Tensor,
  tensor,
  useBackend,
} from "@gradloom/core";
import { gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy, losses, mse, softmaxCrossEntropy } from "../src/index.ts";

useBackend(cpu());

const float64 = (values: readonly number[], shape: Shape): Tensor => tensor(Float64Array.from(values), { shape });
const classes = (values: readonly number[], shape: Shape): Tensor => tensor(Int32Array.from(values), { shape });

const logits = [1, 2, 3, 0.5, -1, 2.5];
const probabilities = [0.2, 0.3, 0.5, 0.9, 0.1, 0];

/** -log softmax(row)[wanted]. */
function crossEntropy(row: readonly number[], wanted: number): number {
  return Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0)) - row[wanted]!;
}

const first = logits.slice(0, 3);
const second = logits.slice(3);
const smoothed = (row: readonly number[], wanted: number, part: number): number =>
  row.reduce((total, _, at) => total + (part / 3 + (at === wanted ? 1 - part : 0)) * crossEntropy(row, at), 0);
const soft = (row: readonly number[], weights: readonly number[]): number =>
  row.reduce((total, _, at) => total + weights[at]! * crossEntropy(row, at), 0);
const binary = (x: number, y: number): number =>
  -(y * Math.log(1 / (1 + Math.exp(-x))) + (1 - y) * Math.log(1 / (1 + Math.exp(x))));

interface Row {
  readonly name: string;
  readonly loss: Loss;
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** Of each sample, by the published formula. */
  readonly values: readonly number[];
}

const rows: readonly Row[] = [
  {
    name: "mse",
    loss: mse(),
    prediction: float64([1, 2, 3, 4], [2, 2]),
    target: float64([0, 2, 5, 5], [2, 2]),
    values: [0.5, 2.5],
  },
  {
    name: "mse with targets that leave out the last axis",
    loss: mse(),
    prediction: float64([1, 2], [2, 1]),
    target: classes([3, 2], [2]),
    values: [4, 0],
  },
  {
    name: "softmaxCrossEntropy of class numbers",
    loss: softmaxCrossEntropy(),
    prediction: float64(logits, [2, 3]),
    target: classes([2, 0], [2]),
    values: [crossEntropy(first, 2), crossEntropy(second, 0)],
  },
  {
    name: "softmaxCrossEntropy of class numbers at several positions",
    loss: softmaxCrossEntropy(),
    prediction: float64(logits, [1, 2, 3]),
    target: classes([1, 2], [1, 2]),
    values: [(crossEntropy(first, 1) + crossEntropy(second, 2)) / 2],
  },
  {
    name: "softmaxCrossEntropy of probabilities",
    loss: softmaxCrossEntropy(),
    prediction: float64(logits, [2, 3]),
    target: float64(probabilities, [2, 3]),
    values: [soft(first, probabilities.slice(0, 3)), soft(second, probabilities.slice(3))],
  },
  {
    name: "softmaxCrossEntropy with label smoothing",
    loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }),
    prediction: float64(logits, [2, 3]),
    target: classes([2, 0], [2]),
    values: [smoothed(first, 2, 0.1), smoothed(second, 0, 0.1)],
  },
  {
    name: "binaryCrossEntropy",
    loss: binaryCrossEntropy(),
    prediction: float64([2, -3, 0, 0.5], [2, 2]),
    target: float64([1, 0, 1, 0.25], [2, 2]),
    values: [(binary(2, 1) + binary(-3, 0)) / 2, (binary(0, 1) + binary(0.5, 0.25)) / 2],
  },
  {
    name: "binaryCrossEntropy with targets that leave out the last axis",
    loss: binaryCrossEntropy(),
    prediction: float64([2, 0], [2, 1]),
    target: classes([0, 1], [2]),
    values: [binary(2, 0), binary(0, 1)],
  },
];

describe.each(rows)("$name", ({ loss, prediction, target, values }) => {
  test("is its formula for each sample", async () => {
    loss.check!(prediction, target);
    const found = loss(prediction, target);
    expect([found.shape, found.dtype]).toEqual([[values.length], "float64"]);
    (await found.data()).forEach((value, at) => expect(value).toBeCloseTo(values[at]!, 12));
  });

  test("has the right gradients, first and second order, at 0 too", () =>
    gradientCheck((x, y) => loss(x!, y!), [prediction, target]));

  test("goes through a recipe and the registry to the same loss", async () => {
    const again = new Registry([losses]).make(JSON.parse(JSON.stringify(recipeOf(loss)))) as Loss;
    expect(await again(prediction, target).data()).toEqual(await loss(prediction, target).data());
  });
});

test("the cross-entropies and their gradients are finite for logits of any size", async () => {
  const large = tensor([1000, -1000, -1000, 1000], { shape: [2, 2] });
  for (const [value, wanted] of [
    [softmaxCrossEntropy(large, tensor([0, 0])), [0, 2000]],
    [binaryCrossEntropy(large, tensor([1, 0, 0, 0], { shape: [2, 2] })), [0, 500]],
  ] as const) {
    expect(Array.from(await value.data(), (number) => number + 0)).toEqual(wanted);
    const [slope] = gradients(sum(value), [large]);
    expect([...(await slope!.data())].every(Number.isFinite)).toBe(true);
  }
});

test("a loss is called directly, with options last", async () => {
  const prediction = float64(first, [1, 3]);
  const [value] = await softmaxCrossEntropy(prediction, classes([2], [1]), { labelSmoothing: 0.1 }).data();
  expect(value).toBeCloseTo(smoothed(first, 2, 0.1), 12);
});

test("targets of other shapes, out of range or not finite are refused where the host knows them", () => {
  const two = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const column = tensor([[1], [2]]);
  const refused: readonly (readonly [() => unknown, string])[] = [
    [
      () => mse(two, tensor([1, 2])),
      "mse: predictions [2, 3] meet targets [2]; give targets of the predictions' shape",
    ],
    [
      () => mse(column, tensor([1, 2, 3])),
      "mse: predictions [2, 1] meet targets [3]; give targets of the predictions' shape, with or without its last axis",
    ],
    [() => mse(column, tensor([0, Number.NaN])), "mse: target 1 is NaN; targets must be finite numbers"],
    [
      () => mse(two, tensor([0, 0, 0, 0, Infinity, 0], { shape: [2, 3] })),
      "mse: target [1, 1] is Infinity; targets must be finite numbers",
    ],
    [
      () => softmaxCrossEntropy(two, tensor([[0], [1]])),
      "softmaxCrossEntropy: predictions [2, 3] meet targets [2, 1]; give class numbers [2] or probabilities of the predictions' shape",
    ],
    [
      () => softmaxCrossEntropy(two, tensor(Int32Array.of(0, 3))),
      "softmaxCrossEntropy: target 1 is class 3; with 3 classes, they are whole numbers from 0 to 2",
    ],
    [
      () => softmaxCrossEntropy(two, tensor([1.5, 0])),
      "softmaxCrossEntropy: target 0 is class 1.5; with 3 classes, they are whole numbers from 0 to 2",
    ],
    [
      () => softmaxCrossEntropy(two, tensor([0, Number.NaN])),
      "softmaxCrossEntropy: target 1 is class NaN; with 3 classes, they are whole numbers from 0 to 2",
    ],
    [
      () => softmaxCrossEntropy(two, tensor([1, 0, 0, -1, 1, 1], { shape: [2, 3] })),
      "softmaxCrossEntropy: target [1, 0] is -1; probabilities go from 0 to 1",
    ],
    [
      () => softmaxCrossEntropy(column, tensor([0, 0])),
      "softmaxCrossEntropy: predictions [2, 1] need a last axis with 2 classes or more; for yes or no, take binaryCrossEntropy",
    ],
    [
      () => softmaxCrossEntropy(two, tensor([0, 0]), { labelSmoothing: 1 }),
      "softmaxCrossEntropy: labelSmoothing is 1; it must be a number from 0 to below 1",
    ],
    [
      () => binaryCrossEntropy(column, tensor([1, 2])),
      "binaryCrossEntropy: target 1 is 2; targets go from 0 (no) to 1 (yes)",
    ],
    [
      () => binaryCrossEntropy(column, tensor([Number.NaN, 1])),
      "binaryCrossEntropy: target 0 is NaN; targets go from 0 (no) to 1 (yes)",
    ],
    [
      () => binaryCrossEntropy(two, column),
      "binaryCrossEntropy: predictions [2, 3] meet targets [2, 1]; give targets of the predictions' shape",
    ],
  ];
  for (const [call, message] of refused) expect(call).toThrow(expect.objectContaining({ message }));
});

test("targets of every dtype are taken", async () => {
  const column = tensor([[1], [2]]);
  for (const target of [tensor([true, false]), tensor(Uint8Array.of(1, 0)), tensor(Float64Array.of(1, 0))]) {
    expect(await mse(column, target).data()).toEqual(Float32Array.of(0, 4));
    const [, no] = await binaryCrossEntropy(column, target).data();
    expect(no).toBeCloseTo(binary(2, 0), 6);
    const [, zero] = await softmaxCrossEntropy(
      tensor([
        [0, 0],
        [0, 0],
      ]),
      target,
    ).data();
    expect(zero).toBeCloseTo(Math.LN2, 6);
  }
});
