import { activations, leakyRelu, tanh } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import {
  branch,
  build,
  frozen,
  GradloomError,
  type Given,
  type Layer,
  type Model,
  named,
  residual,
  sequential,
  share,
  tensor,
  useBackend,
} from "@gradloom/core";
import { loadModel, saveModel } from "@gradloom/formats";
import { constant, initializers, xavierNormal } from "@gradloom/initializers";
import { activation, dense, denseLayers, mergeConcatenate } from "@gradloom/layers-dense";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { keeping, scaling, sumUp } from "./models.ts";

beforeAll(() => useBackend(cpu()));

const plugins = [denseLayers, activations, initializers, scaling, sumUp, keeping];

/** A layer that takes and gives three features. */
const layers = fc.letrec<{ readonly layer: Given<"layer"> }>((tie) => {
  const plain = fc.record(
    {
      activation: fc.constantFrom("relu", tanh, leakyRelu({ slope: 0.5 })),
      bias: fc.boolean(),
      kernelInitializer: fc.constantFrom("heNormal", xavierNormal, constant({ value: -2 })),
    },
    { requiredKeys: [] },
  );
  const several = fc.array(tie("layer"), { minLength: 1, maxLength: 3 });
  return {
    layer: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      plain.map((options) => dense({ units: 3, ...options })),
      fc.constantFrom<Given<"layer">>("flatten", activation(tanh), activation("relu")),
      fc.constant(0).map(() => scaling()),
      fc
        .jsonValue()
        .filter((value) => !/"(?:\$|__proto__)":/.test(JSON.stringify(value)))
        .map((value) => keeping({ value })),
      several.map((all) => sequential(...all)),
      several.map((all) => sequential(branch(...all), sumUp())),
      several.map((all) => sequential(branch(...all), mergeConcatenate({ axis: 1 }), dense({ units: 3 }))),
      tie("layer").map((layer) => residual(layer)),
      tie("layer").map((layer) => frozen(layer)),
      fc.tuple(fc.string({ unit: "grapheme" }), tie("layer")).map(([name, layer]) => named(name, layer)),
      fc.tuple(tie("layer"), fc.nat(2)).map(([layer, uses]) => {
        const shared = share(layer);
        return sequential(shared, ...Array.from({ length: uses }, (): Layer => shared));
      }),
    ),
  };
}).layer;

/** The model, if there is one: names may be none, and a layer that is not shared may stand in two places. */
function built(layer: Given<"layer">, dtype: "float32" | "float64", seed: number): Model | undefined {
  try {
    return build(layer, { input: [3], dtype, seed, plugins });
  } catch (error) {
    if (error instanceof GradloomError) return undefined;
    throw error;
  }
}

test("a saved model is loaded as one that predicts the same and is saved as the same bytes", async () => {
  const x = tensor([
    [1, -2, 0.5],
    [0, 3, -1],
  ]);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(layers, fc.constantFrom("float32", "float64"), fc.maxSafeInteger(), async (layer, dtype, seed) => {
      const model = built(layer, dtype, seed);
      fc.pre(model !== undefined);
      const bytes = await saveModel(model);
      const loaded = loadModel(bytes, { plugins });
      expect(Buffer.from(await saveModel(loaded)).equals(bytes)).toBe(true);
      expect(await loaded.call(x).data()).toEqual(await model.call(x).data());
      expect(loaded.trainable.length).toBe(model.trainable.length);
      count++;
    }),
    { numRuns: process.env["GRADLOOM_DEEP"] === undefined ? 100 : 3_000 },
  );
  expect(count).toBeGreaterThan(50);
});
