import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpu } from "@gradloom/backend-cpu";
import { build, GradloomError, tensor, useBackend, variable } from "@gradloom/core";
import {
  loadModel,
  loadWeights,
  readSafetensors,
  saveModel,
  saveWeights,
  type StoredTensor,
  writeSafetensors,
} from "@gradloom/formats";
import { loadModelFile, loadWeightsFile, saveModelFile, saveWeightsFile } from "@gradloom/formats/node";
import { dense, denseLayers } from "@gradloom/layers-dense";
import { afterAll, describe, expect, test } from "vitest";
import { fileWith } from "./file-of.ts";
import { keeping } from "./models.ts";

useBackend(cpu());

const folder = mkdtempSync(join(tmpdir(), "gradloom-nonsense-"));
const path = join(folder, "model");
afterAll(() => rmSync(folder, { recursive: true }));

/** Of each kind of thing that could be handed over by mistake. */
function nonsense(): Readonly<Record<string, unknown>> {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const detached = new Float32Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  return {
    nothing: undefined,
    null: null,
    "a number": 7,
    "not a number": Number.NaN,
    "a huge number": 1e308,
    "a text": "text",
    "an empty text": "",
    "a symbol": Symbol("symbol"),
    "a big integer": 7n,
    "an empty object": {},
    "an object without a class": Object.create(null),
    "a list": [1, 2, 3],
    "a list of nothing": [undefined],
    "a cyclic list": cyclic,
    "a list of pairs": [["a", 7]],
    "a map": new Map(),
    "a map of nonsense": new Map<unknown, unknown>([[7, null]]),
    "a map of names": new Map([["a", undefined]]),
    "a function": () => undefined,
    "a promise": Promise.resolve(7),
    "a detached array": detached,
    "an array of big integers": new BigInt64Array(1),
    bytes: new Uint8Array(16),
    "a tensor": tensor([1, 2]),
    "a variable": variable([1]),
    "a layer": dense({ units: 1 }),
    "a model": build(dense({ units: 1 }), { input: [1] }),
    "a trap": new Proxy({}, { get: () => undefined }),
  };
}

const model = build(dense({ units: 1 }), { input: [1], seed: 1 });
const bytes = await saveModel(model);
const plugins = [denseLayers];
const one: StoredTensor = { dtype: "float32", shape: [1], data: new Float32Array(1) };
const stored = (change: object): unknown =>
  writeSafetensors({ tensors: new Map([["a", { ...one, ...change }]]), metadata: new Map() });

const calls: Readonly<Record<string, (value: never) => unknown>> = {
  "saveModel of": (value) => saveModel(value),
  "saveModel with": (value) => saveModel(model, value),
  "saveModel with nonFinite": (value) => saveModel(model, { nonFinite: value }),
  "saveModel of a layer whose options have": (value) => saveModel(build(keeping({ value }), { input: [1] })),
  "saveWeights of": (value) => saveWeights(value),
  "saveWeights with": (value) => saveWeights(model, value),
  "loadModel of": (value) => loadModel(value),
  "loadModel with": (value) => loadModel(bytes, value),
  "loadModel with plugins": (value) => loadModel(bytes, { plugins: value }),
  "loadModel with a plugin": (value) => loadModel(bytes, { plugins: [...plugins, value] }),
  "loadModel of a recipe": (value) => loadModel(fileWith(value)),
  "loadWeights of": (value) => loadWeights(model, value),
  "loadWeights into": (value) => loadWeights(value, bytes),
  "loadWeights with": (value) => loadWeights(model, bytes, value),
  "readSafetensors of": (value) => readSafetensors(value),
  "writeSafetensors of": (value) => writeSafetensors(value),
  "writeSafetensors of tensors": (value) => writeSafetensors({ tensors: value, metadata: new Map() }),
  "writeSafetensors of texts": (value) => writeSafetensors({ tensors: new Map(), metadata: value }),
  "writeSafetensors of a tensor": (value) =>
    writeSafetensors({ tensors: new Map([["a", value]]), metadata: new Map() }),
  "writeSafetensors of a tensor named": (value) =>
    writeSafetensors({ tensors: new Map([[value, one]]), metadata: new Map() }),
  "writeSafetensors of a tensor of dtype": (dtype) => stored({ dtype }),
  "writeSafetensors of a tensor of shape": (shape) => stored({ shape }),
  "writeSafetensors of a tensor of data": (data) => stored({ data }),
  "writeSafetensors of a text": (value) => writeSafetensors({ tensors: new Map(), metadata: new Map([["a", value]]) }),
  "saveModelFile to": (value) => (value === "text" ? undefined : saveModelFile(value, model)),
  "saveModelFile of": (value) => saveModelFile(path, value),
  "saveModelFile with": (value) => saveModelFile(path, model, value),
  "saveWeightsFile of": (value) => saveWeightsFile(path, value),
  "loadModelFile of": (value) => loadModelFile(value),
  "loadModelFile with": (value) => loadModelFile(path, value),
  "loadWeightsFile of": (value) => loadWeightsFile(value, model),
  "loadWeightsFile into": (value) => loadWeightsFile(path, value),
};

describe.each(Object.entries(calls))("%s", (_, call) => {
  test.each(Object.entries(nonsense()))("%s works, or is an error of ours", async (_name, value) => {
    let failure: unknown;
    try {
      await call(value as never);
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined) expect(failure).toBeInstanceOf(GradloomError);
  });
});
