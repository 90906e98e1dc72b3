import { activations, leakyRelu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { branch, build, frozen, named, residual, sequential, share, tensor, useBackend } from "@gradloom/core";
import { loadModel, saveModel } from "@gradloom/formats";
import { constant, initializers, xavierNormal } from "@gradloom/initializers";
import { dense, denseLayers, embedding, flatten, mergeConcatenate, reshapeTo } from "@gradloom/layers-dense";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { isOwn } from "./is-own.ts";
import { joined, keeping, scaling, sumUp } from "./models.ts";
import { mutation } from "./mutations.ts";

const plugins = [denseLayers, activations, initializers, scaling, sumUp, keeping];

beforeAll(() => useBackend(cpu()));

/** Files of models with every way that layers are joined and every kind of option. */
async function files(): Promise<readonly Uint8Array[]> {
  const { layer, input } = joined();
  const leaky = leakyRelu({ slope: 0.25 });
  const twice = share(dense({ units: 2, activation: leaky, kernelInitializer: constant({ value: 3 }) }));
  const odd = {
    numbers: [Number.NaN, -0, 1e300],
    bytes: Float32Array.of(1, 2),
    text: "ü\ud800",
    nested: [{}, [null, true]],
  };
  return Promise.all(
    [
      build(sequential(dense({ units: 3 }), scaling()), { input: [2] }),
      build(layer, { input, seed: 7 }),
      build(
        sequential(
          branch(twice, sequential(twice), frozen(dense({ units: 1, bias: false, activation: leaky }))),
          mergeConcatenate({ axis: -1 }),
          named("Kopf ü", residual(dense({ units: 5, kernelInitializer: xavierNormal }))),
          keeping({ value: [odd, odd] }),
          reshapeTo({ shape: [5, 1] }),
          flatten(),
        ),
        { input: [2], dtype: "float64", seed: 1 },
      ),
      build(sequential(embedding({ vocabulary: 4, units: 2 }), "flatten"), { input: [3], plugins }),
    ].map((model) => saveModel(model)),
  );
}

test("a model file changed in any way is loaded as what gives the same bytes again, or refused in words", async () => {
  const good = await files();
  for (const file of good) expect(await saveModel(loadModel(file, { plugins }))).toEqual(file);
  const seen = { loaded: 0, refused: 0 };
  const changes = fc.noBias(fc.tuple(fc.nat(good.length - 1), fc.array(mutation, { minLength: 1, maxLength: 2 })));
  await fc.assert(
    fc.asyncProperty(changes, async ([which, mutations]) => {
      const file = mutations.reduce((bytes, mutate) => mutate(bytes), good[which]!);
      let again: Uint8Array;
      try {
        again = await saveModel(loadModel(file, { plugins }));
      } catch (error) {
        if (!isOwn(error)) throw error;
        seen.refused++;
        return;
      }
      seen.loaded++;
      if (!Buffer.from(await saveModel(loadModel(again, { plugins }))).equals(again)) throw new Error("other bytes");
    }),
    process.env["GRADLOOM_DEEP"] === undefined ? { numRuns: 2_000, seed: 1 } : { numRuns: 200_000 },
  );
  expect(seen.loaded).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(1000);
  // Nothing of what was refused is computed later.
  expect([...(await tensor([1, 2]).add(1).data())]).toEqual([2, 3]);
  expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(500);
});
