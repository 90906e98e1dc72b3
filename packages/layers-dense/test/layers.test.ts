import { activations, leakyRelu, relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  branch,
  build,
  type Layer,
  plugin,
  sequential,
  type Shapes,
  tensor,
  type Tensors,
  useBackend,
} from "@gradloom/core";
import { constant, heNormal, initializers } from "@gradloom/initializers";
import { l2, regularizers } from "@gradloom/regularizers";
import { type LayerCase, layerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import {
  activation,
  dense,
  denseLayers,
  embedding,
  flatten,
  mergeAdd,
  mergeAverage,
  mergeConcatenate,
  mergeMaximum,
  mergeMultiply,
  reshapeTo,
} from "../src/index.ts";

useBackend(cpu());

const composition = plugin({ name: "composition", core: "^0.1", provides: [sequential] });
const plugins = [activations, denseLayers, initializers, regularizers, composition];

const rows: Readonly<Record<string, LayerCase>> = {
  dense: { make: () => dense({ units: 4 }), input: [3] },
  "dense over several positions, without a bias": { make: () => dense({ units: 2, bias: false }), input: [2, 5, 3] },
  "dense with everything": {
    make: () =>
      dense({
        units: 3,
        activation: leakyRelu({ slope: 0.3 }),
        kernelInitializer: heNormal,
        biasInitializer: constant({ value: 0.5 }),
        kernelRegularizer: l2({ factor: 0.1 }),
        biasRegularizer: "l1",
      }),
    input: [4],
  },
  "dense with an activation by name": { make: () => dense({ units: 3, activation: "gelu" }), input: [4] },
  flatten: { make: () => flatten(), input: [2, 3, 4] },
  "flatten of single numbers": { make: () => flatten(), input: [] },
  reshapeTo: { make: () => reshapeTo({ shape: [3, 4] }), input: [2, 6] },
  "reshapeTo a size that is worked out": { make: () => reshapeTo({ shape: [2, -1, 3] }), input: [12] },
  activation: { make: () => activation(relu), input: [5] },
  "activation by name": { make: () => activation("tanh"), input: [2, 2] },
  embedding: {
    make: () => embedding({ vocabulary: 5, units: 3 }),
    input: [4],
    dtype: "int32",
    domain: { among: [0, 1, 2, 3, 4] },
  },
  "embedding of one number a sample": {
    make: () => sequential(embedding({ vocabulary: 3, units: 2, regularizer: l2() }), dense({ units: 2 })),
    input: [],
    dtype: "uint8",
    domain: { from: 0, to: 2 },
  },
  mergeAdd: { make: () => mergeAdd(), input: [[3], [3], [3]] },
  mergeMultiply: {
    make: () => mergeMultiply(),
    input: [
      [2, 3],
      [2, 3],
    ],
  },
  mergeAverage: { make: () => mergeAverage(), input: [[4], [4], [4]] },
  mergeMaximum: { make: () => mergeMaximum(), input: [[4], [4], [4]] },
  mergeConcatenate: { make: () => mergeConcatenate(), input: [[3], [1], [2]] },
  "mergeConcatenate along a middle axis": {
    make: () => mergeConcatenate({ axis: 1 }),
    input: [
      [2, 3],
      [4, 3],
    ],
  },
};

layerSuite(rows, { describe, test }, { plugins, backend: cpu() });

/** What a layer gives for a batch. */
async function outputOf(layer: Layer, input: Shapes, x: Tensors): Promise<readonly number[]> {
  const [output] = [build(layer, { input, plugins }).call(x)].flat();
  return [...(await output!.data())];
}

test("dense multiplies, adds and activates", async () => {
  const layer = dense({
    units: 2,
    kernelInitializer: "ones",
    biasInitializer: constant({ value: -5 }),
    activation: relu,
  });
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(await outputOf(layer, [2], x)).toEqual([0, 0, 2, 2]);
});

test("dense makes a kernel and a bias under its path, and nothing that it was not asked for", () => {
  const model = build(sequential(dense({ units: 2 }), dense({ units: 1, bias: false })), { input: [3] });
  expect(model.parameters.map(({ path, variable }) => [path, variable.shape])).toEqual([
    ["0-dense/kernel", [3, 2]],
    ["0-dense/bias", [2]],
    ["1-dense/kernel", [2, 1]],
  ]);
});

test("merging layers merge position by position", async () => {
  const [a, b] = [tensor([[1, -2, 3]]), tensor([[4, 5, -6]])];
  const input = [[3], [3]];
  expect(await outputOf(mergeAdd(), input, [a, b])).toEqual([5, 3, -3]);
  expect(await outputOf(mergeMultiply(), input, [a, b])).toEqual([4, -10, -18]);
  expect(await outputOf(mergeAverage(), input, [a, b])).toEqual([2.5, 1.5, -1.5]);
  expect(await outputOf(mergeMaximum(), input, [a, b])).toEqual([4, 5, 3]);
  expect(await outputOf(mergeConcatenate(), input, [a, b])).toEqual([1, -2, 3, 4, 5, -6]);
});

test("a merging layer joins what a branch gives", () => {
  const layer = sequential(
    branch(dense({ units: 2 }), sequential(dense({ units: 5 }), activation(relu))),
    mergeConcatenate(),
    dense({ units: 1 }),
  );
  expect(build(layer, { input: [3] }).parameters.at(-2)!.variable.shape).toEqual([7, 1]);
});

test("embedding takes the rows of its table, also for whole numbers in floats", async () => {
  const model = build(embedding({ vocabulary: 3, units: 2 }), { input: [2] });
  const table = await model.parameters[0]!.variable.data();
  const rowsOf = (...at: number[]): readonly number[] => at.flatMap((row) => [table[2 * row]!, table[2 * row + 1]!]);
  for (const x of [tensor([[2, 0]]), tensor(Int32Array.of(2, 0), { shape: [1, 2] })])
    expect([...(await model.call(x).data())]).toEqual(rowsOf(2, 0));
});

test("what a layer cannot work with is refused when it is made or built, with its path", () => {
  const inside = (layer: Layer, input: Shapes) => () => build(sequential(layer), { input });
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => dense({ units: 0 }), "dense: units is 0; it must be a whole number of 1 or more"],
    [() => dense({ units: 2.5 }), "dense: units is 2.5; it must be a whole number of 1 or more"],
    [
      inside(dense({ units: 1 }), []),
      "dense: a sample of the input is one number, []; it needs an axis of features, e.g. reshapeTo({ shape: [1] }) before it\n  in layer 0-dense",
    ],
    [
      inside(dense({ units: 1 }), [[2], [3]]),
      "dense: the input is [[2],[3]], a list of 2 tensors; it takes one: merge them first, e.g. with mergeConcatenate()\n  in layer 0-dense",
    ],
    [
      inside(mergeAdd(), [3]),
      "mergeAdd: the input is one tensor [3]; it takes a list, such as branch(...) gives\n  in layer 0-mergeAdd",
    ],
    [
      inside(mergeAdd(), [[3], [2]]),
      "mergeAdd: samples [3] meet [2]; all inputs must have one shape\n  in layer 0-mergeAdd",
    ],
    [
      inside(mergeConcatenate({ axis: 0 }), [[3], [2]]),
      "mergeConcatenate: axis 0 meets samples [3]; it must be a whole number from 1 to 1, or from -1 to -1 (axis 0 is the batch)\n  in layer 0-mergeConcatenate",
    ],
    [
      inside(mergeConcatenate({ axis: -1 }), [
        [2, 3],
        [4, 3],
      ]),
      "mergeConcatenate: samples [2, 3] meet [4, 3]; all sizes but that of axis -1 must agree\n  in layer 0-mergeConcatenate",
    ],
    [
      inside(reshapeTo({ shape: [2, 4] }), [6]),
      "reshapeTo: a sample [6] holds 6 numbers, [2, 4] does not; the sizes must be whole and multiply to the same number (one may be -1)\n  in layer 0-reshapeTo",
    ],
    [
      inside(reshapeTo({ shape: [-1, -1] }), [4]),
      "reshapeTo: a sample [4] holds 4 numbers, [-1, -1] does not; the sizes must be whole and multiply to the same number (one may be -1)\n  in layer 0-reshapeTo",
    ],
    [
      () => embedding({ vocabulary: 0, units: 2 }),
      "embedding: vocabulary is 0; it must be a whole number of 1 or more",
    ],
    [
      inside(activation("rleu"), [2]),
      'no activation named "rleu"; registered: none. Pass the plugin that provides it, or the value itself\n  in layer 0-activation',
    ],
  ];
  for (const [call, message] of refused) expect(call).toThrow(expect.objectContaining({ message }));
});

test("an embedding refuses numbers beyond its vocabulary that the host knows", () => {
  const model = build(sequential(embedding({ vocabulary: 3, units: 2 })), { input: [2] });
  expect(() => model.call(tensor(Int32Array.of(0, 3), { shape: [1, 2] }))).toThrow(
    expect.objectContaining({
      message:
        "embedding: an input is 3; inputs are whole numbers from 0 to 2, the rows of the table\n  in layer 0-embedding",
    }),
  );
});
