import { cpu } from "@gradloom/backend-cpu";
import { build, GradloomError, sequential, tensor, useBackend } from "@gradloom/core";
import { loadModel, saveModel } from "@gradloom/formats";
import { xavierUniform, zeros } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scaling } from "./models.ts";

test("a model file changed in any way is loaded or refused in words, and nothing of it is computed later", async () => {
  useBackend(cpu());
  const plugins = [dense, scaling, xavierUniform, zeros];
  const good = await saveModel(build(sequential(dense({ units: 3 }), scaling()), { input: [2] }));
  const header = Number(new DataView(good.buffer).getBigUint64(0, true));
  const change = fc.record({
    at: fc.nat(7 + header),
    text: fc.constantFrom(...'{}"[],:0123456789\\$e-._an'.split("")),
  });
  let loaded = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = good.slice();
      for (const { at, text } of changes) bytes[at] = text.charCodeAt(0);
      try {
        loadModel(bytes, { plugins });
        loaded++;
      } catch (error) {
        if (!(error instanceof GradloomError)) throw error;
        refused++;
      }
    }),
    { numRuns: process.env["GRADLOOM_DEEP"] === undefined ? 3_000 : 100_000 },
  );
  expect(refused).toBeGreaterThan(0);
  expect(loaded).toBeGreaterThan(0);
  expect([...(await tensor([1, 2]).add(1).data())]).toEqual([2, 3]);
});
