import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { build, type Model, sequential, tensor, type Tensor, useBackend } from "@gradloom/core";
import { loadWeights, readSafetensors, saveModel, saveWeights, writeSafetensors } from "@gradloom/formats";
import { dense } from "@gradloom/layers-dense";
import { beforeAll, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

/** A model with a part that no file can name. */
function unnamed(seed: number, units = 3): Model {
  return build(sequential(dense({ units, activation: (x: Tensor) => relu(x).mul(2) }), dense({ units: 1 })), {
    input: [2],
    seed,
  });
}

const x = tensor([[1, 2]]);

test("the weights of a model with an unnamed function go into another one like it", async () => {
  const [from, to] = [unnamed(1), unnamed(2)];
  const bytes = await saveWeights(from);
  expect(await to.call(x).data()).not.toEqual(await from.call(x).data());
  loadWeights(to, bytes);
  expect(await to.call(x).data()).toEqual(await from.call(x).data());
  expect(await saveWeights(to)).toEqual(bytes);
});

test("the weights of a saved model are weights", async () => {
  const from = build(sequential(dense({ units: 3 }), dense({ units: 1 })), { input: [2], seed: 1 });
  const to = unnamed(2);
  loadWeights(to, await saveModel(from));
  expect(await saveWeights(to)).toEqual(await saveWeights(from));
});

test("weights of another shape are refused by path with both shapes, and nothing changes", async () => {
  const to = unnamed(2);
  const before = await saveWeights(to);
  const other = await saveWeights(unnamed(1, 4));
  expect(() => loadWeights(to, other)).toThrow(
    "loadWeights: 0-dense/kernel is float32 [2, 3] in the model and float32 [2, 4] in the file; load weights of the same model",
  );
  expect(await saveWeights(to)).toEqual(before);
});

test("weights of another dtype, too few and too many are refused by path, and nothing changes", async () => {
  const to = unnamed(2);
  const before = await saveWeights(to);
  const { tensors } = readSafetensors(before);
  const file = (
    change: (all: Map<string, typeof tensors extends ReadonlyMap<string, infer One> ? One : never>) => void,
  ): Uint8Array => {
    const all = new Map(tensors);
    change(all);
    return writeSafetensors({ tensors: all, metadata: new Map() });
  };
  const double = file((all) => all.set("1-dense/bias", { dtype: "float64", shape: [1], data: new Float64Array(1) }));
  expect(() => loadWeights(to, double)).toThrow(
    "loadWeights: 1-dense/bias is float32 [1] in the model and float64 [1] in the file; load weights of the same model",
  );
  expect(() =>
    loadWeights(
      to,
      file((all) => all.delete("1-dense/kernel")),
    ),
  ).toThrow(
    "loadWeights: the model has 1-dense/kernel, float32 [3, 1], and the file has no tensor of that name; load weights of the same model",
  );
  const more = file((all) => all.set("2-dense/kernel", { dtype: "float32", shape: [1, 1], data: new Float32Array(1) }));
  expect(() => loadWeights(to, more)).toThrow(
    "loadWeights: the file has 2-dense/kernel, float32 [1, 1], and the model has nothing at that path; load weights of the same model",
  );
  expect(await saveWeights(to)).toEqual(before);
});

test("a path that two variables have is refused, as a file holds one tensor of a name", async () => {
  const { layer, input, parameters } = unnamed(1);
  const [kernel, bias] = parameters;
  const twice = build(layer, { input });
  Object.assign(twice, { parameters: [kernel, { ...bias!, path: kernel!.path }] });
  await expect(saveWeights(twice)).rejects.toThrow(
    "saveWeights: two variables of the model have the path 0-dense/kernel, and a file holds one; give their layers different names",
  );
});

test("numbers that are not those of the shape are refused", () => {
  const file =
    (shape: readonly number[], data: unknown): (() => Uint8Array) =>
    () =>
      writeSafetensors({
        tensors: new Map([["a", { dtype: "float32", shape, data: data as Float32Array }]]),
        metadata: new Map(),
      });
  const rule = "the numbers must be those of the shape, in an array of the dtype";
  expect(file([3], new Float32Array(2))).toThrow(
    `safetensors: a is float32 [3] and has 2 numbers in a Float32Array; ${rule}`,
  );
  expect(file([1], new Int32Array(1))).toThrow(
    `safetensors: a is float32 [1] and has 1 numbers in a Int32Array; ${rule}`,
  );
  for (const shape of [
    [0.5, 2],
    [-1, -1],
  ])
    expect(file(shape, new Float32Array(1))).toThrow(
      `writeSafetensors: tensor a: shape is [${shape.join(", ")}]; it must be a shape, a list of whole numbers of 0 or more`,
    );
});
