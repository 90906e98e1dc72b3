import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  anything,
  type Backend,
  build,
  define,
  type Fields,
  type Layer,
  type Model,
  sequential,
  tensor,
  type Tensor,
  useBackend,
  summary,
} from "@gradloom/core";
import { loadModel, readSafetensors, saveModel, writeSafetensors } from "@gradloom/formats";
import { xavierNormal, xavierUniform, zeros } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";
import { beforeAll, describe, expect, test } from "vitest";
import { fileWith } from "./file-of.ts";
import { joined, scaling, sumUp } from "./models.ts";

const plugins = [dense, relu, xavierNormal, xavierUniform, zeros, sumUp, scaling];
const x = tensor([
  [1, -2, 3, 0.5],
  [0, 0.25, -1, 2],
]);

beforeAll(() => useBackend(cpu()));

/** A model whose every number differs from what its initializers would give. */
function trained(): Model {
  const { layer, input } = joined();
  const model = build(layer, { input, seed: 7 });
  for (const { variable } of [...model.parameters, ...model.states])
    variable.assign(variable.value.mul(0.5).add(0.125));
  return model;
}

test("a saved model has the same layers, numbers and predictions when it is loaded", async () => {
  const model = trained();
  const bytes = await saveModel(model);
  const loaded = loadModel(bytes, { plugins });
  expect(summary(loaded)).toBe(summary(model));
  expect(loaded.parameters.map(({ path, trainable }) => [path, trainable])).toEqual(
    model.parameters.map(({ path, trainable }) => [path, trainable]),
  );
  expect(await loaded.call(x).data()).toEqual(await model.call(x).data());
  expect(await saveModel(loaded)).toEqual(bytes);
});

test("a layer in two places is saved once and loaded as one", async () => {
  const bytes = await saveModel(trained());
  const names = [...readSafetensors(bytes).tensors.keys()].filter((name) => name.startsWith("2-branch/"));
  expect(names.toSorted()).toEqual([
    "2-branch/0-share/0-dense/bias",
    "2-branch/0-share/0-dense/kernel",
    "2-branch/2-sequential/0-dense/bias",
    "2-branch/2-sequential/0-dense/kernel",
    "2-branch/2-sequential/1-scaling/scale",
  ]);
});

test("a file says what the model is in words that other programs can read", async () => {
  const model = build(sequential(dense({ units: 1, activation: "relu" })), { input: [2], seed: 3, plugins });
  const { metadata, tensors } = readSafetensors(await saveModel(model));
  expect(metadata.get("gradloom")).toBe("1");
  expect(JSON.parse(metadata.get("model")!)).toEqual({
    layer: {
      kind: "layer",
      name: "sequential",
      options: { layers: [{ kind: "layer", name: "dense", options: { units: 1, activation: "relu" } }] },
    },
    input: [2],
    dtype: "float32",
    seed: 3,
  });
  expect([...tensors.keys()]).toEqual(["0-dense/bias", "0-dense/kernel"]);
});

test("a model is saved as it is at the call, whatever happens to it while the file is written", async () => {
  const model = trained();
  const before = await saveModel(model);
  const saving = saveModel(model);
  for (const { variable } of model.parameters) variable.assign(variable.value.add(1));
  await model.call(x).data();
  expect(await saving).toEqual(before);
  expect(await saveModel(model)).not.toEqual(before);
});

test("a model of float64 numbers stays one", async () => {
  const model = build(sequential(dense({ units: 2 })), { input: [3], dtype: "float64" });
  const loaded = loadModel(await saveModel(model), { plugins });
  expect(loaded.parameters.map(({ variable }) => variable.dtype)).toEqual(["float64", "float64"]);
});

test("a model without numbers is saved too", async () => {
  const loaded = loadModel(await saveModel(build(sequential(), { input: [3] })), { plugins });
  expect(loaded.output).toEqual([3]);
});

interface OddOptions {
  readonly numbers?: unknown;
  readonly array?: unknown;
  readonly bytes?: unknown;
  readonly nested?: unknown;
}

const oddFields: Fields<OddOptions> = { numbers: anything(), array: anything(), bytes: anything(), nested: anything() };

test("options that JSON has no words for go there and back", async () => {
  const given: unknown[] = [];
  const odd = define("layer", "odd", oddFields, (options: OddOptions): Layer => {
    given.push(options);
    return { build: (input) => ({ output: input, call: (value) => value }) };
  });
  const options = {
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308],
    array: Float32Array.of(0.1, Number.NaN),
    bytes: Uint8Array.of(0, 128, 255),
    nested: { nothing: null, yes: true, left: undefined },
  };
  const file = await saveModel(build(odd(options), { input: [1] }));
  loadModel(file, { plugins: [odd] });
  expect(given[1]).toEqual(options);
});

test("the numbers of a file are used, and no initializer is asked for others", async () => {
  const bytes = await saveModel(trained());
  const unasked = define("initializer", "xavierUniform", {}, () => () => {
    throw new Error("the initializer was asked");
  });
  const others = plugins.filter((plugin) => plugin !== xavierUniform);
  expect(() => loadModel(bytes, { plugins: [...others, unasked] })).not.toThrow();
});

test("a loaded model lives on the backend of its plugins, or on the one that is given", async () => {
  const bytes = await saveModel(trained());
  const [ofPlugins, given] = [cpu(), cpu()];
  const weightOf = (backend?: Backend): Tensor =>
    loadModel(bytes, { plugins: [ofPlugins, ...plugins], ...(backend && { backend }) }).parameters[0]!.variable.value;
  expect(() => weightOf().add(weightOf(ofPlugins))).not.toThrow();
  expect(() => weightOf(given).add(weightOf(given))).not.toThrow();
  expect(() => weightOf().add(weightOf(given))).toThrow(
    "add: one input lives on backend cpu, the other on another cpu (make one value of it",
  );
});

test("another process loads the file and predicts the same bytes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gradloom-formats-"));
  try {
    const model = trained();
    writeFileSync(path.join(folder, "model.safetensors"), await saveModel(model));
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const register = new URL("../../../docs/examples/ts-register.mjs", import.meta.url).href;
    const script = fileURLToPath(new URL("predict-from-file.ts", import.meta.url));
    const flags = ["-C", "@gradloom/source", "--import", register];
    const printed = execFileSync(process.execPath, [...flags, script, path.join(folder, "model.safetensors")], {
      cwd: root,
      encoding: "utf8",
    });
    const predicted = (await model.call(x).data()) as Float32Array;
    expect(printed.trim()).toBe(Buffer.from(predicted.buffer).toString("hex"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("what cannot be saved or loaded is refused in words", () => {
  test("a part without a recipe, by its path", async () => {
    const model = build(sequential(dense({ units: 2, activation: (value: Tensor) => value.mul(2) })), { input: [3] });
    await expect(saveModel(model)).rejects.toThrow(
      "recipe: model.sequential.layers[0].dense.activation is a function that no factory made; make it with define(...) so that a file can refer to it, or save the weights alone",
    );
  });

  test.each([
    ["a bigint", 1n, "a bigint"],
    ["an array of big numbers", BigInt64Array.of(1n), "a BigInt64Array"],
    ["an object with the key $", { $: 1 }, "an object with the key $"],
  ])("%s among the options", async (_, value, what) => {
    const odd = define("layer", "odd", { value: anything() }, (_options: { readonly value?: unknown }): Layer => ({
      build: (input) => ({ output: input, call: (y) => y }),
    }));
    await expect(saveModel(build(odd({ value }), { input: [1] }))).rejects.toThrow(
      `saveModel: model.layer.options.value is ${what}, which a file cannot hold; options are plain data, typed arrays or values made with define(...)`,
    );
  });

  test("a tensor or another instance among the options", async () => {
    const odd = define("layer", "odd", { value: anything() }, (_options: { readonly value?: unknown }): Layer => ({
      build: (input) => ({ output: input, call: (y) => y }),
    }));
    await expect(saveModel(build(odd({ value: tensor([1]) }), { input: [1] }))).rejects.toThrow(
      "recipe: model.odd.value is a value (object) that no factory made; make it with define(...) so that a file can refer to it, or save the weights alone",
    );
  });

  test("a file whose layers no plugin provides", async () => {
    const bytes = await saveModel(build(sequential(dense({ units: 1 })), { input: [2] }));
    expect(() => loadModel(bytes, { plugins: [sumUp] })).toThrow(
      'no layer named "dense"; registered: sequential, branch, residual, share, frozen, named, sumUp. Pass the plugin that provides it, or the value itself',
    );
  });

  test("a file of weights alone", () => {
    const bytes = writeSafetensors({ tensors: new Map(), metadata: new Map([["format", "pt"]]) });
    expect(() => loadModel(bytes)).toThrow(
      "loadModel: the file holds tensors and no model of Gradloom; build the model and put them in with loadWeights(model, bytes)",
    );
  });

  test("a file of a later version", async () => {
    const { tensors, metadata } = readSafetensors(await saveModel(trained()));
    const later = writeSafetensors({ tensors, metadata: new Map([...metadata, ["gradloom", "2"]]) });
    expect(() => loadModel(later, { plugins })).toThrow(
      'loadModel: the file is of format version "2", this is version 1; update @gradloom/formats',
    );
  });

  test("a recipe that meets other numbers", async () => {
    const file = readSafetensors(await saveModel(build(sequential(dense({ units: 2 })), { input: [3] })));
    const larger = file.metadata.get("model")!.replace('"units":2', '"units":4');
    expect(() => loadModel(withRecipe(file, larger), { plugins })).toThrow(
      "loadModel: 0-dense/kernel is float32 [3, 4] in the model and float32 [3, 2] in the file; load weights of the same model",
    );
    const without = file.metadata.get("model")!.replace('"units":2', '"units":2,"bias":false');
    expect(() => loadModel(withRecipe(file, without), { plugins })).toThrow(
      "loadModel: the file has 0-dense/bias, float32 [2], and the model has nothing at that path; load weights of the same model",
    );
  });

  test("a recipe of a giant layer, without a trace in what is computed next", async () => {
    const file = readSafetensors(await saveModel(build(sequential(scaling(), dense({ units: 2 })), { input: [3] })));
    const giant = file.metadata.get("model")!.replace('"input":[3]', '"input":[1000000000000]');
    expect(() => loadModel(withRecipe(file, giant), { plugins })).toThrow(
      "loadModel: 0-scaling/scale is float32 [1000000000000] in the model and float32 [3] in the file; load weights of the same model",
    );
    expect([...(await tensor([1, 2]).add(1).data())]).toEqual([2, 3]);
  });

  test.each([
    ["not JSON", "{", "the recipe has its end at character 1 where a string must be; "],
    ["not a model", "[]", "the recipe is not that of a model"],
    [
      "of another kind",
      '{"layer":{"kind":"loss","name":"mse","options":{}},"input":[1],"dtype":"float32","seed":0}',
      "the recipe is not that of a model",
    ],
    [
      "without a shape",
      '{"layer":{"kind":"layer","name":"sumUp","options":{}},"input":[[1],2],"dtype":"float32","seed":0}',
      "the recipe is not that of a model",
    ],
    [
      "nested without end",
      `${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`,
      "more than 400 levels of nesting in the recipe, the limit for files that are saved or loaded; nest layers and options less deeply",
    ],
    ["with a prototype", '{"__proto__":{"units":1}}', "the recipe has a key __proto__"],
    [
      "that holds itself",
      '{"layer":{"$":"again","place":0}}',
      "the recipe refers to an object that it has not told yet; ",
    ],
    ["with an unknown mark", '{"layer":{"$":"Map"}}', 'the recipe has a mark "Map" that it cannot have there'],
  ])("a recipe %s", (_, recipe, problem) => {
    expect(() => loadModel(fileWith(recipe), { plugins })).toThrow(`safetensors: ${problem}`);
  });

  test.each([
    ["sequential", { layers: 7 }, "sequential: layers is 7; it must be a list"],
    [
      "dense",
      { units: 2, actiwation: "relu" },
      'dense: no option "actiwation" (did you mean activation?); it has units, activation, bias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer, kernelConstraint',
    ],
    [
      "dense",
      { units: 2, activation: { kind: "initializer", name: "xavierUniform", options: {} } },
      "dense: activation is the initializer xavierUniform; it must be an activation or the name of one",
    ],
  ])("a recipe of %s with the options %j", (name, options, problem) => {
    expect(() => loadModel(fileOfLayer(name, options), { plugins })).toThrow(problem);
  });

  test("a recipe on which a plugin fails", () => {
    const careless = define("layer", "careless", { list: anything<unknown>() }, (given: { list?: unknown }): Layer => ({
      build: () => (given.list as { missing: () => never }).missing(),
    }));
    expect(() => loadModel(fileOfLayer("careless", { list: 7 }), { plugins: [careless] })).toThrow(
      'safetensors: a plugin cannot make what the recipe tells of: "TypeError: ',
    );
  });
});

function withRecipe(file: ReturnType<typeof readSafetensors>, recipe: string): Uint8Array {
  return writeSafetensors({ tensors: file.tensors, metadata: new Map([...file.metadata, ["model", recipe]]) });
}

function fileOfLayer(name: string, options: object): Uint8Array {
  const layer = { kind: "layer", name, options };
  return fileWith(JSON.stringify({ layer, input: [1], dtype: "float32", seed: 0 }));
}
