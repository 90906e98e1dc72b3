import { cpu } from "@gradloom/backend-cpu";
import { gradients, sum, tensor, useBackend } from "@gradloom/core";
import { gradientCheck, type InputSpec, type LossCase, lossSuite, type SampleOptions } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy, losses, mse, softmaxCrossEntropy } from "../src/index.ts";

useBackend(cpu());

type Numbers = readonly number[];

/** What is left where the largest logit is taken as 0. */
const shifted = (row: Numbers): Numbers =>
  row.map((logit) => (logit === Math.max(...row) ? 0 : logit - Math.max(...row)));
/** NaN where a logit is infinite, or all are -Infinity. */
const softmaxOf = (row: Numbers): Numbers => {
  if (!Number.isFinite(Math.max(...row))) return row.map(() => NaN);
  const powers = shifted(row).map(Math.exp);
  return powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
};
const logSoftmax = (row: Numbers, wanted: number): number =>
  Number.isFinite(Math.max(...row))
    ? shifted(row)[wanted]! - Math.log(shifted(row).reduce((total, logit) => total + Math.exp(logit), 0))
    : NaN;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
/** log(1 + exp(x)) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** A product that is 0 where the part is. */
const part = (share: number, of: number): number => (share === 0 && !Number.isNaN(of) ? 0 : share * of);
const binary = (x: number, y: number): number => part(y, softplus(-x)) + part(1 - y, softplus(x));
const meanOf = (values: Numbers): number => values.reduce((total, value) => total + value, 0) / values.length;
const rowsOf = (values: Numbers, size: number): readonly Numbers[] =>
  Array.from({ length: values.length / size }, (_, at) => values.slice(at * size, (at + 1) * size));
const sameShape = (sample: Numbers): InputSpec => ({ shape: sample });
const probability = (sample: Numbers): InputSpec => ({ shape: sample, domain: { from: 0.05, to: 0.95 } });

/** 0 and 1 among them, which gradient checks would leave. */
const parts = { among: [0, 0, 0.25, 1] };
/** A row of zeros names no class. */
const known = (wanted: Numbers, loss: number): number => (wanted.every((share) => share === 0) ? NaN : loss);
const ofOne: SampleOptions = { size: (_, want) => Math.max(1, Math.abs(want)), slopeSize: () => 1 };

/** The softmax of each row of logits less what is wanted of it, over the number of rows. */
function slopesOf(prediction: Numbers, sample: Numbers, wantedAt: (row: number, size: number) => Numbers): Numbers {
  const rowsOfLogits = rowsOf(prediction, sample.at(-1)!);
  return rowsOfLogits.flatMap((row, at) => {
    const wanted = wantedAt(at, row.length);
    const total = wanted.reduce((a, b) => a + b, 0);
    return softmaxOf(row).map((share, other) => (total * share - wanted[other]!) / rowsOfLogits.length);
  });
}

const squares: Pick<LossCase, "formula" | "slopes"> = {
  formula: (prediction, target) => meanOf(prediction.map((value, at) => (value - target[at]!) ** 2)),
  slopes: (prediction, target) => prediction.map((value, at) => ((value - target[at]!) / prediction.length) * 2),
};

/** Of class numbers; a part of each target is spread over all classes. */
function classes(make: LossCase["make"], spread = 0): LossCase {
  return {
    make,
    target: (sample) => ({
      shape: sample.slice(0, -1),
      dtype: "int32",
      domain: { among: Array.from({ length: sample.at(-1)! }, (_, at) => at) },
    }),
    formula: (prediction, target, sample) =>
      meanOf(
        rowsOf(prediction, sample.at(-1)!).map((row, at) => {
          const everywhere = meanOf(row.map((_, other) => logSoftmax(row, other)));
          return -((1 - spread) * logSoftmax(row, target[at]!) + part(spread, everywhere));
        }),
      ),
    slopes: (prediction, target, sample) =>
      slopesOf(prediction, sample, (at, size) =>
        Array.from({ length: size }, (_, other) => (1 - spread) * Number(other === target[at]) + spread / size),
      ),
    extremes: ofOne,
  };
}

const rows: Readonly<Record<string, LossCase>> = {
  mse: {
    make: () => mse(),
    target: sameShape,
    ...squares,
  },
  "mse of targets without the last axis": {
    make: () => mse(),
    samples: [[1], [3, 1]],
    target: (sample) => ({ shape: sample.slice(0, -1) }),
    ...squares,
  },
  softmaxCrossEntropy: classes(() => softmaxCrossEntropy()),
  "softmaxCrossEntropy with label smoothing": classes(() => softmaxCrossEntropy({ labelSmoothing: 0.1 }), 0.1),
  "softmaxCrossEntropy of probabilities": {
    make: () => softmaxCrossEntropy(),
    target: probability,
    formula: (prediction, target, sample) =>
      meanOf(
        rowsOf(prediction, sample.at(-1)!).map((row, at) =>
          known(
            target.slice(at * row.length, (at + 1) * row.length),
            row.reduce((total, _, other) => total - part(target[at * row.length + other]!, logSoftmax(row, other)), 0),
          ),
        ),
      ),
    slopes: (prediction, target, sample) =>
      slopesOf(prediction, sample, (at, size) => target.slice(at * size, (at + 1) * size)),
    extremes: { ...ofOne, slopeSize: () => 4, target: parts },
  },
  binaryCrossEntropy: {
    make: () => binaryCrossEntropy(),
    target: probability,
    formula: (prediction, target) => meanOf(prediction.map((value, at) => binary(value, target[at]!))),
    slopes: (prediction, target) => prediction.map((value, at) => (logistic(value) - target[at]!) / prediction.length),
    extremes: { ...ofOne, target: parts },
  },
  "binaryCrossEntropy of yes and no": {
    make: () => binaryCrossEntropy(),
    samples: [[1]],
    target: () => ({ shape: [], dtype: "bool" }),
    formula: ([prediction], [target]) => binary(prediction!, target!),
    slopes: ([prediction], [target]) => [logistic(prediction!) - target!],
    extremes: ofOne,
  },
};

lossSuite(rows, { describe, test }, { plugins: [losses], backend: cpu() });

test("binaryCrossEntropy has both gradients right at a logit of 0", () =>
  gradientCheck((x) => binaryCrossEntropy(x!, tensor([1, 0, 0.25], { shape: [3, 1] })), [tensor([[0], [0], [0]])]));

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

test("a class that a logit of -Infinity rules out costs nothing where no part of the target is in it", async () => {
  const logits = tensor([[1, -Infinity, 2]]);
  for (const target of [tensor([[0, 0, 1]]), tensor([2])]) {
    const loss = softmaxCrossEntropy(logits, target);
    expect(await loss.item()).toBeCloseTo(0.3132617, 6);
    const [slope] = gradients(sum(loss), [logits]);
    expect(Array.from(await slope!.data(), (value) => value + 0)).toEqual([
      expect.closeTo(0.26894142, 6),
      0,
      expect.closeTo(-0.26894142, 6),
    ]);
  }
});

test("a loss is called directly, with options last", async () => {
  const loss = softmaxCrossEntropy(tensor([[0, 0]]), tensor([1]), { labelSmoothing: 0.1 });
  expect(await loss.item()).toBeCloseTo(Math.LN2, 6);
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
