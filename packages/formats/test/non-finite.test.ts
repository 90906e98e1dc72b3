import { cpu } from "@gradloom/backend-cpu";
import { build, type Model, sequential, tensor, useBackend } from "@gradloom/core";
import { loadModel, loadWeights, readSafetensors, saveModel, saveWeights } from "@gradloom/formats";
import { dense, denseLayers } from "@gradloom/layers-dense";
import { beforeAll, describe, expect, test } from "vitest";
import { scaling } from "./models.ts";

beforeAll(() => useBackend(cpu()));

const plugins = [denseLayers, scaling];

function spoilt(value: number, path: string, dtype: "float32" | "float64"): Model {
  const model = build(sequential(dense({ units: 2 }), scaling()), { input: [2], dtype });
  const { variable } = [...model.parameters, ...model.states].find((one) => one.path === path)!;
  const numbers = Array.from({ length: variable.shape.reduce((a, b) => a * b, 1) }, (_, at) => (at === 1 ? value : at));
  variable.assign(tensor(numbers, { shape: variable.shape, dtype }));
  return model;
}

describe.each([
  [Number.NaN, "0-dense/kernel", "float32"],
  [Number.NEGATIVE_INFINITY, "0-dense/bias", "float32"],
  [Number.POSITIVE_INFINITY, "1-scaling/scale", "float64"],
] as const)("%s in %s of %s", (value, path, dtype) => {
  const problem = `${path} holds ${value}, its number 1 in row-major order; train again with a smaller learning rate, or take it as it is with { nonFinite: "keep" }`;

  test("is told where it is loaded", async () => {
    const bytes = await saveModel(spoilt(value, path, dtype));
    expect(() => loadModel(bytes, { plugins })).toThrow(`loadModel: ${problem}`);
    const other = build(sequential(dense({ units: 2 }), scaling()), { input: [2], dtype, seed: 5 });
    const before = await saveWeights(other);
    expect(() => loadWeights(other, bytes)).toThrow(`loadWeights: ${problem}`);
    expect(await saveWeights(other)).toEqual(before);
  });

  test("is kept where that is asked for", async () => {
    const bytes = await saveModel(spoilt(value, path, dtype));
    expect(await saveModel(loadModel(bytes, { plugins, nonFinite: "keep" }))).toEqual(bytes);
    const other = build(sequential(dense({ units: 2 }), scaling()), { input: [2], dtype });
    loadWeights(other, bytes, { nonFinite: "keep" });
    expect(readSafetensors(await saveWeights(other)).tensors).toEqual(readSafetensors(bytes).tensors);
  });

  test("is told where it is saved, if that is asked for", async () => {
    const model = spoilt(value, path, dtype);
    await expect(saveModel(model, { nonFinite: "error" })).rejects.toThrow(`saveModel: ${problem}`);
    await expect(saveWeights(model, { nonFinite: "error" })).rejects.toThrow(`saveWeights: ${problem}`);
  });
});
