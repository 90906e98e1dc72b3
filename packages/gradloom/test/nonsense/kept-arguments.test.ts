import { cpu } from "@gradloom/backend-cpu";
import * as core from "@gradloom/core";
import * as layersDense from "@gradloom/layers-dense";
import { beforeEach, describe, expect, test } from "vitest";
import { type Calls, coreCalls } from "./core-calls.ts";
import { otherCalls } from "./other-calls.ts";

/** What can be told of a result: shapes and numbers, and what files would say of it. */
async function told(result: unknown): Promise<unknown> {
  if (result instanceof core.Variable || result instanceof core.Tensor)
    return [result.shape, result.dtype, [...(await result.data())]];
  if (Array.isArray(result)) return Promise.all(result.map(told));
  if (result instanceof core.Model) return [result.input, core.summary(result)];
  if (core.nameOf(Object(result)) !== undefined) return JSON.stringify(core.recipeOf(result));
  return String(result);
}

/** Empties every list and overwrites every typed array that a call was given. */
function spoil(given: unknown): void {
  if (ArrayBuffer.isView(given)) (given as Float32Array).fill(77);
  else if (Array.isArray(given)) {
    given.forEach(spoil);
    given.length = 0;
  } else if (typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype)
    Object.values(given).forEach(spoil);
}

beforeEach(() => core.useBackend(cpu()));

describe.each<readonly [string, object, Calls]>([
  ["core", core, coreCalls],
  ["layers-dense", layersDense, otherCalls["layers-dense"]!],
])("%s", (_, module, calls) => {
  const rows = Object.entries(calls).filter(
    (row): row is [string, () => readonly unknown[]] => typeof row[1] !== "string",
  );

  test.each(rows)("%s keeps no list of its caller's", async (name, given) => {
    const call = (module as Readonly<Record<string, (...values: readonly unknown[]) => unknown>>)[name]!;
    const expected = await told(await call(...given()));
    const values = [...given()];
    const result = await call(...values);
    values.forEach(spoil);
    expect(await told(result)).toEqual(expected);
  });
});

test("a factory's options may be used again for another value", () => {
  const options = { units: 2 };
  const layer = layersDense.dense(options);
  options.units = 5;
  expect(core.recipeOf(layer).options).toEqual({ units: 2 });
});

test("the lists in an operation's shapes are its caller's", async () => {
  const shape = [2];
  const own = core.fused<object>({
    name: "own",
    infer: () => [{ shape, dtype: "float32" }],
    compose: ([x]) => [core.mul(x!, 2)],
  });
  const twice = core.apply(own, [core.tensor([1, 2])], {});
  shape[0] = 600;
  expect(twice.shape).toEqual([2]);
  expect([...(await twice.data())]).toEqual([2, 4]);
});
