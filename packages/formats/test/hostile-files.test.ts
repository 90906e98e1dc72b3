import { activations } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { useBackend } from "@gradloom/core";
import { loadModel } from "@gradloom/formats";
import { initializers } from "@gradloom/initializers";
import { denseLayers } from "@gradloom/layers-dense";
import { expect, test } from "vitest";
import { hostileFiles } from "./hostile-files.ts";
import { isOwn } from "./is-own.ts";
import { keeping } from "./models.ts";

test("a thousand hostile files are refused in words, in bounded memory", () => {
  useBackend(cpu());
  const plugins = [denseLayers, activations, initializers, keeping];
  const wrong: string[] = [];
  let refused = 0;
  for (const { title, bytes } of hostileFiles()) {
    try {
      loadModel(bytes, { plugins });
      wrong.push(`${title}: loaded`);
    } catch (error) {
      if (isOwn(error)) refused++;
      else wrong.push(`${title}: ${String(error).slice(0, 300)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(refused).toBe(1000);
  expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(500);
});
