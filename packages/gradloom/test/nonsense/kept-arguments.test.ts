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
  const { carry, output } = Object(result) as Partial<ReturnType<typeof core.scan>>;
  if (carry !== undefined) return told([carry, output]);
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

const x = (): core.Tensor =>
  core.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const reductions = "all any countNonzero logSumExp max mean min norm prod standardDeviation sum variance";

/** Calls with lists, where the rows of other tests have a number or nothing. */
const lists: Calls = {
  ...Object.fromEntries(reductions.split(" ").map((name) => [name, () => [x(), { axis: [0, 1] }]])),
  split: () => [x(), [1, 2], 1],
  flip: () => [x(), [0, 1]],
  moveAxis: () => [x(), [0, 1], [1, 0]],
  expandDims: () => [x(), [0, 1]],
  roll: () => [x(), [1, 2], { axis: [0, 1] }],
  repeat: () => [x(), [1, 2], { axis: 0 }],
  applyAll: () => [swapped, [x(), core.tensor([1])], { order: [1, 0], named: { table: Int32Array.of(2) } }],
};

/** As many outputs as inputs, in the order of its attributes, and a number of them. */
const swapped = core.fused<{ readonly order: readonly number[]; readonly named: { readonly table: Int32Array } }>({
  name: "swapped",
  infer: (inputs, { order }) => order.map((at) => inputs[at]!),
  compose: (inputs, { order, named }) => order.map((at) => core.mul(inputs[at]!, named.table[0]!)),
});

beforeEach(() => core.useBackend(cpu()));

describe.each<readonly [string, object, Calls]>([
  ["core", core, coreCalls],
  ["core, given lists", core, lists],
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

test("what applyAll and split give is a list of the caller's own", async () => {
  const order = { order: [1, 0], named: { table: Int32Array.of(2) } };
  for (const outputs of [core.applyAll(swapped, [x(), x()], order), core.split(x(), [1, 1])]) {
    const [, last] = outputs;
    (outputs as core.Tensor[]).length = 0;
    expect((await last!.data()).length).toBe(last!.size);
  }
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
