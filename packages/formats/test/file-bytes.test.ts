import { runInNewContext } from "node:vm";
import { cpu } from "@gradloom/backend-cpu";
import { build, chain, createTrainer, GradloomError, sequential, useBackend } from "@gradloom/core";
import { type FileBytes, loadModel, loadWeights, readSafetensors, saveModel, saveWeights } from "@gradloom/formats";
import { dense, denseLayers } from "@gradloom/layers-dense";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

const model = build(sequential(dense({ units: 3 })), { input: [2], seed: 1 });
const plugins = [denseLayers];

function shifted(bytes: Uint8Array): Uint8Array {
  const inside = new Uint8Array(bytes.length + 5).subarray(3, -2);
  inside.set(bytes);
  return inside;
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

const forms: readonly (readonly [string, (bytes: Uint8Array<ArrayBuffer>) => FileBytes])[] = [
  ["a Uint8Array", (bytes) => bytes],
  ["a Uint8Array inside a larger buffer", shifted],
  ["a Buffer of Node", (bytes) => Buffer.from(bytes)],
  ["an ArrayBuffer", (bytes) => bytes.buffer],
  ["a DataView", (bytes) => new DataView(bytes.buffer)],
  ["a Float32Array", (bytes) => new Float32Array(bytes.buffer, 0, bytes.length / 4)],
  ["shared memory", shared],
  ["a view of shared memory", (bytes) => new Uint8Array(shared(bytes))],
  ["an ArrayBuffer of another realm", (bytes) => foreignBuffer(bytes)],
  [
    "a Uint8Array of another realm",
    (bytes) => runInNewContext("new Uint8Array(given)", { given: foreignBuffer(bytes) }),
  ],
];

function foreignBuffer(bytes: Uint8Array): ArrayBuffer {
  return runInNewContext("Uint8Array.from(given).buffer", { given: [...bytes] }) as ArrayBuffer;
}

describe("a file may come as", () => {
  test.each(forms)("%s", async (_, form) => {
    const bytes = (await saveModel(model)) as Uint8Array<ArrayBuffer>;
    expect(bytes.length % 4).toBe(0);
    expect(await saveModel(loadModel(form(bytes), { plugins }))).toEqual(bytes);
    expect([...readSafetensors(form(bytes)).tensors.keys()]).toEqual(["0-dense/bias", "0-dense/kernel"]);
    const other = build(sequential(dense({ units: 3 })), { input: [2], seed: 2 });
    loadWeights(other, form(bytes));
    expect(await saveWeights(other)).toEqual(await saveWeights(model));
  });
});

test("what another thread writes into shared memory later does not reach the model", async () => {
  const bytes = await saveModel(model);
  const buffer = shared(bytes);
  const { tensors } = readSafetensors(buffer);
  new Uint8Array(buffer).fill(0xff);
  expect(tensors).toEqual(readSafetensors(bytes).tensors);
});

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(64);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

describe("what is not the bytes of a file is refused with what to do", () => {
  const path =
    "read the file first: loadModelFile(path) of @gradloom/formats/node, or the arrayBuffer() of what fetch gives";
  const buffers = "give an ArrayBuffer or a Uint8Array";
  const gone = "it was transferred to another thread and is empty here, give its bytes before that or a copy";
  test.each([
    ["a path", "model.safetensors", `"model.safetensors" is not the bytes of a file; ${path}`],
    ["a blob", new Blob([]), "a Blob is not the bytes of a file; give await blob.arrayBuffer()"],
    ["a file of a page", new File([], "a"), "a File is not the bytes of a file; give await file.arrayBuffer()"],
    ["a response", new Response(""), "a Response is not the bytes of a file; give await response.arrayBuffer()"],
    ["a promise", Promise.resolve(new Uint8Array(8)), "a Promise is not the bytes of a file; await it first"],
    ["a detached buffer", detached(), `an ArrayBuffer is not the bytes of a file; ${gone}`],
    ["a view of a detached buffer", viewThenDetached(), `a Uint8Array is not the bytes of a file; ${gone}`],
    ["nothing", undefined, `undefined is not the bytes of a file; ${buffers}`],
    ["null", null, `null is not the bytes of a file; ${buffers}`],
    ["a number", 8, `8 is not the bytes of a file; ${buffers}`],
    ["a list of bytes", [0, 1], `[0, 1] is not the bytes of a file; ${buffers}`],
    ["an object like a buffer", { byteLength: 8 }, `an object is not the bytes of a file; ${buffers}`],
  ])("%s", (_, given, problem) => {
    const bytes = given as FileBytes;
    expect(messageOf(() => loadModel(bytes))).toBe(`loadModel: ${problem}`);
    expect(messageOf(() => loadWeights(model, bytes))).toBe(`loadWeights: ${problem}`);
    expect(messageOf(() => readSafetensors(bytes))).toBe(`readSafetensors: ${problem}`);
  });
});

function viewThenDetached(): Uint8Array {
  const view = new Uint8Array(64);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

describe("what is not a model is refused with what to do", () => {
  const advice = "give what build(...) gives, or the model of a Trainer: trainer.model";
  const trainer = createTrainer({
    plugins: [cpu()],
    model: dense({ units: 1 }),
    loss: (prediction) => prediction,
    optimizer: chain(0.1),
  });
  test.each([
    ["a Trainer", trainer, "a Trainer"],
    ["a layer", dense({ units: 1 }), "an object"],
    ["a path", "model.safetensors", '"model.safetensors"'],
    ["nothing", undefined, "undefined"],
  ])("%s", async (_, given, shown) => {
    const no = given as unknown as typeof model;
    await expect(saveModel(no)).rejects.toThrow(`saveModel: ${shown} is not a model; ${advice}`);
    await expect(saveWeights(no)).rejects.toThrow(`saveWeights: ${shown} is not a model; ${advice}`);
    expect(() => loadWeights(no, new Uint8Array(8))).toThrow(`loadWeights: ${shown} is not a model; ${advice}`);
  });
});

test("unknown options are refused", async () => {
  const bytes = await saveModel(model);
  const options = { plugin: plugins } as object;
  expect(() => loadModel(bytes, options)).toThrow('loadModel: no option "plugin" (did you mean plugins?)');
  expect(() => loadWeights(model, bytes, { nonFinite: "ignore" as "keep" })).toThrow(
    'loadWeights: nonFinite is "ignore"; it must be "error" or "keep"',
  );
  await expect(saveModel(model, { finite: true } as object)).rejects.toThrow(
    'saveModel: no option "finite" (did you mean nonFinite?)',
  );
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof GradloomError) return error.message;
    throw error;
  }
  return "nothing";
}
