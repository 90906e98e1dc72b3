import { activations, leakyRelu, relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { arrays } from "@gradloom/data";
import {
  add,
  branch,
  createTrainer,
  define,
  type EpochReport,
  fromRecipe,
  full,
  frozen,
  functional,
  GradloomError,
  type Layer,
  named,
  plugin,
  recipeOf,
  Registry,
  residual,
  sequential,
  share,
  tensor,
} from "@gradloom/core";
import { constant, heNormal, initializers } from "@gradloom/initializers";
import { dense, denseLayers, flatten, mergeConcatenate } from "@gradloom/layers-dense";
import { losses, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy, metrics, topKAccuracy } from "@gradloom/metrics";
import { adam, clipped, optimizers, sgd } from "@gradloom/optimizers";
import { l2, regularizers } from "@gradloom/regularizers";
import { callbacks } from "@gradloom/callbacks";
import { describe, expect, test } from "vitest";

const structure = plugin({
  name: "structure",
  core: "^0.1",
  provides: [sequential, branch, residual, share, frozen, named],
});
const all = [activations, callbacks, denseLayers, initializers, losses, metrics, optimizers, regularizers] as const;

describe("names", () => {
  test("stand for the defaults of what the plugins provide, everywhere", async () => {
    const trainer = createTrainer({
      plugins: [cpu(), ...all],
      model: sequential(
        dense({ units: 4, activation: "tanh", kernelInitializer: "glorotNormal", kernelRegularizer: "l1" }),
        "flatten",
        dense({ units: 2, activation: relu }),
      ),
      loss: "softmaxCrossEntropy",
      optimizer: "sgd",
      metrics: ["accuracy", topKAccuracy],
      input: [3],
    });
    const x = tensor([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    await trainer.step({ x, y: tensor(Int32Array.of(0, 1)) });
    expect(trainer.optimizer.rule).toMatchObject({ learningRate: 0.01 });
    expect(trainer.predict(x).shape).toEqual([2, 2]);
  });

  test("that no plugin provides are errors that list those there are", () => {
    const model = sequential(dense({ units: 2, activation: "rleu" }));
    const options = { plugins: [cpu(), ...all], model, loss: softmaxCrossEntropy, optimizer: adam } as const;
    const message = (text: string): unknown => expect.objectContaining({ code: "unknown-name", message: text });
    expect(() => createTrainer({ ...options, input: [3] })).toThrow(
      message(
        'no activation named "rleu" (did you mean relu?); registered: gelu, leakyRelu, linear, relu, sigmoid, softmax, tanh. Pass the plugin that provides it, or the value itself\n  in layer 0-dense',
      ),
    );
    // @ts-expect-error the plugins provide no such optimizer
    expect(() => createTrainer({ ...options, optimizer: "adma" })).toThrow(
      message(
        'no optimizer named "adma" (did you mean adam?); registered: adam, adamW, clipped, sgd. Pass the plugin that provides it, or the value itself',
      ),
    );
    // @ts-expect-error the plugins provide no such loss
    expect(() => createTrainer({ ...options, loss: "mean" })).toThrow(
      message(
        'no loss named "mean"; registered: binaryCrossEntropy, mse, softmaxCrossEntropy. Pass the plugin that provides it, or the value itself',
      ),
    );
    // @ts-expect-error accuracy is a metric
    expect(() => createTrainer({ ...options, metrics: ["relu"] })).toThrow(
      message(
        'no metric named "relu"; registered: accuracy, binaryAccuracy, lossOf, topKAccuracy. Pass the plugin that provides it, or the value itself',
      ),
    );
    // @ts-expect-error without plugins there are no names
    expect(() => createTrainer({ model, loss: softmaxCrossEntropy, optimizer: "adam" })).toThrow(
      message('no optimizer named "adam"; registered: none. Pass the plugin that provides it, or the value itself'),
    );
  });

  test("of callbacks are known to fit as to createTrainer", async () => {
    const written: string[] = [];
    const telling = define("callback", "telling", {}, () => ({
      onEpochEnd: ({ epoch }: EpochReport): void => void written.push(`epoch ${epoch}`),
    }));
    const trainer = createTrainer({
      plugins: [cpu(), telling],
      model: dense({ units: 1 }),
      loss: mse,
      optimizer: sgd,
    });
    const data = arrays({ x: [[1], [2]], y: [[2], [4]] });
    await trainer.fit(data, { callbacks: ["telling", telling, telling()] });
    expect(written).toEqual(["epoch 1", "epoch 1", "epoch 1"]);
    // @ts-expect-error the plugins provide no such callback
    await expect(trainer.fit(data, { callbacks: ["teling"] })).rejects.toThrow(
      'no callback named "teling" (did you mean telling?); registered: telling.',
    );
    await expect(trainer.fit(data, { callbacks: [sgd as never] })).rejects.toThrow(
      "fit: callbacks[0] is the optimizer sgd; it must be a callback or the name of one",
    );
    await expect(trainer.fit(data, { epoch: 5 } as never)).rejects.toThrow(
      'fit: no option "epoch" (did you mean epochs?); it has epochs, validation, callbacks, signal',
    );
  });

  test("are those of the exports", async () => {
    const modules: readonly Readonly<Record<string, unknown>>[] = await Promise.all([
      import("@gradloom/activations"),
      import("@gradloom/callbacks"),
      import("@gradloom/layers-dense"),
      import("@gradloom/initializers"),
      import("@gradloom/losses"),
      import("@gradloom/metrics"),
      import("@gradloom/optimizers"),
      import("@gradloom/regularizers"),
    ]);
    all.forEach(({ provides }, at) => {
      const exported = Object.keys(modules[at]!);
      expect(provides.map(({ definition }) => definition.name).filter((name) => !exported.includes(name))).toEqual([]);
    });
  });
});

describe("values need no registration, and their options are checked by the compiler", () => {
  test("of options that must be given", () => {
    // @ts-expect-error units must be given
    expect(() => dense({})).toThrow(GradloomError);
    // @ts-expect-error units must be given
    expect(() => dense()).toThrow(GradloomError);
    // @ts-expect-error the option is called learningRate
    expect(() => adam({ learnRate: 1 })).toThrow(GradloomError);
    const rest = { model: dense({ units: 1 }), loss: softmaxCrossEntropy } as const;
    // @ts-expect-error a loss is no optimizer
    expect(() => createTrainer({ ...rest, optimizer: softmaxCrossEntropy })).toBeTypeOf("function");
  });
});

test("inline functions are typed by what they stand for", async () => {
  const trainer = createTrainer({
    plugins: [cpu()],
    model: dense({ units: 1, activation: (x) => x.mul(2), kernelInitializer: (shape) => full(shape, 3) }),
    loss: (prediction, target) => prediction.sub(target).sum({ axis: 1 }),
    optimizer: sgd,
    input: [2],
  });
  expect(await trainer.predict(tensor([[1, 2]])).data()).toEqual(Float32Array.of(18));
});

describe("plugins", () => {
  test("for another core version are refused", () => {
    const old = plugin({ name: "old-layers", core: "^0.0.9", provides: [dense] });
    expect(() =>
      createTrainer({ plugins: [old], model: dense({ units: 1 }), loss: softmaxCrossEntropy, optimizer: adam }),
    ).toThrow(
      expect.objectContaining({
        code: "core-version",
        message: "registry: plugin old-layers was made for core ^0.0.9, this is core 0.1.0; install versions that fit",
      }),
    );
  });

  test("that claim one name are refused, the same one twice is not", () => {
    const other = plugin({
      name: "other",
      core: "^0.1",
      provides: [define("layer", "dense", {}, (options: object) => flatten(options))],
    });
    expect(() => new Registry([denseLayers, other])).toThrow(
      expect.objectContaining({
        code: "duplicate-plugin",
        message:
          'registry: plugin @gradloom/layers-dense and plugin other both provide the layer "dense"; names are unique within a kind, leave one out or rename it',
      }),
    );
    expect(new Registry([denseLayers, denseLayers, dense]).get("layer", "dense")).toBe(dense);
  });

  test.each([
    ["plugins is an object", { dense }, "a list"],
    [
      "plugins[1] is undefined",
      [denseLayers, undefined],
      "a plugin, a factory made with define(...), kernels or a backend",
    ],
    ["plugins[0] is an object", [{ name: "wasm" }], "a plugin, a factory made with define(...), kernels or a backend"],
    ['plugins[0] is "wasm"', ["wasm"], "a plugin, a factory made with define(...), kernels or a backend"],
    ["plugins[0] is a function", [cpu], "a plugin, a factory made with define(...), kernels or a backend"],
  ])("and are none: %s", (problem, plugins, rule) => {
    expect(() => new Registry(plugins as never)).toThrow(`registry: ${problem}; it must be ${rule}`);
  });

  test("may bring one backend", () => {
    expect(() => new Registry([cpu(), cpu()])).toThrow(
      "registry: cpu and cpu are both given; a model lives on one backend, so leave one out",
    );
  });
});

describe("recipes", () => {
  const body = share(
    dense({ units: 4, activation: leakyRelu({ slope: 0.3 }), kernelRegularizer: l2({ factor: 0.5 }) }),
  );
  const network = sequential(
    flatten(),
    frozen(dense({ units: 4, kernelInitializer: heNormal, biasInitializer: constant({ value: 0.25 }) })),
    residual(body),
    residual(body, { shortcut: dense({ units: 4, bias: false }) }),
    branch(named("left", dense({ units: 2 })), dense({ units: 1, activation: relu })),
    mergeConcatenate({ axis: -1 }),
  );
  const registry = new Registry([...all, structure]);

  test("of a network make the same network: the same recipe, parameters and predictions", async () => {
    // JSON makes two objects of the shared layer's recipe, so it is not written in between here.
    const again = fromRecipe(recipeOf(network), registry) as Layer;
    expect(recipeOf(again)).toEqual(recipeOf(network));
    const x = tensor([
      [
        [1, -2],
        [0.5, 3],
      ],
    ]);
    const outputs = [network, again].map((model) => {
      const trainer = createTrainer({
        plugins: [cpu()],
        model,
        input: [2, 2],
        loss: softmaxCrossEntropy,
        optimizer: adam,
        seed: 3,
      });
      return { trainer, output: trainer.predict(x) };
    });
    const [first, second] = outputs.map(({ trainer }) =>
      trainer.model.parameters.map(({ path, trainable }) => [path, trainable]),
    );
    expect(second).toEqual(first);
    expect(await outputs[1]!.output.data()).toEqual(await outputs[0]!.output.data());
  });

  test("of everything else go through JSON", () => {
    const values = [
      clipped(sgd({ learningRate: 0.5, momentum: 0.9, nesterov: true }), { norm: 1, globalNorm: 2 }),
      softmaxCrossEntropy({ labelSmoothing: 0.1 }),
      accuracy(),
      l2({ factor: 2 }),
      sequential(dense({ units: 2, activation: relu }), "flatten"),
    ];
    for (const value of values) {
      const recipe = recipeOf(value);
      const read = JSON.parse(JSON.stringify(recipe)) as typeof recipe;
      expect(read).toEqual(recipe);
      expect(recipeOf(fromRecipe(read, registry))).toEqual(recipe);
    }
  });

  test("of a network with a part that no factory made are refused with its path", () => {
    const plain = sequential(
      dense({ units: 2 }),
      functional((x) => add(x, 1)),
    );
    expect(() => recipeOf(plain, "model")).toThrow(
      expect.objectContaining({
        code: "no-recipe",
        message:
          "recipe: model.sequential.layers[1].build is a function that no factory made; make it with define(...) so that a file can refer to it, or save the weights alone",
      }),
    );
    const squared = sequential(dense({ units: 2, activation: (x) => x.mul(x) }));
    expect(() => recipeOf(squared, "model")).toThrow(
      expect.objectContaining({
        message:
          "recipe: model.sequential.layers[0].dense.activation is a function that no factory made; make it with define(...) so that a file can refer to it, or save the weights alone",
      }),
    );
  });

  test("that name what is not registered, or are of a later version, are refused", () => {
    expect(() => fromRecipe(recipeOf(network), new Registry([structure]))).toThrow(
      expect.objectContaining({
        message:
          'no layer named "flatten"; registered: sequential, branch, residual, share, frozen, named. Pass the plugin that provides it, or the value itself',
      }),
    );
    expect(() => fromRecipe({ kind: "layer", name: "flatten", version: 2, options: {} }, registry)).toThrow(
      expect.objectContaining({
        message:
          'recipe: the one of layer "flatten" has version 2, this library knows version 1; update the package that provides it',
      }),
    );
  });
});
