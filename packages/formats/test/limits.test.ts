import { cpu } from "@gradloom/backend-cpu";
import {
  anything,
  build,
  define,
  GradloomError,
  type Layer,
  type Model,
  named,
  sequential,
  share,
  useBackend,
} from "@gradloom/core";
import { loadModel, readSafetensors, saveModel, writeSafetensors } from "@gradloom/formats";
import { dense } from "@gradloom/layers-dense";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { entry, fileOf, fileWith } from "./file-of.ts";
import { keeping } from "./models.ts";

beforeAll(() => useBackend(cpu()));

const beyond = (limit: string, advice: string): string =>
  `safetensors: more than ${limit}, the limit for files that are saved or loaded; ${advice}`;

function kept(value: unknown): Model {
  return build(keeping({ value }), { input: [1] });
}

/** What is saved must load, as something that gives the same bytes; what is not must be refused in words. */
async function savedAndLoaded(model: () => Model): Promise<"loaded" | GradloomError> {
  let bytes: Uint8Array;
  try {
    bytes = await saveModel(model());
  } catch (error) {
    if (error instanceof GradloomError) return error;
    throw error;
  }
  const again = await saveModel(loadModel(bytes, { plugins: [dense, keeping] }));
  expect(Buffer.from(again).equals(bytes)).toBe(true);
  return "loaded";
}

function nestedLayers(levels: number): Model {
  let layer: Layer = sequential();
  for (let level = 1; level < levels; level++) layer = sequential(layer);
  return build(layer, { input: [1] });
}

function nestedLists(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe("what is beyond a limit is refused when it is saved, and what is within it can be loaded", () => {
  test("layers in layers", async () => {
    expect(await savedAndLoaded(() => nestedLayers(133))).toBe("loaded");
    expect(await savedAndLoaded(() => nestedLayers(134))).toMatchObject({
      code: "recipe-depth",
      message:
        'recipe: "model.sequential.layers[0].sequential.layers[0].sequential.l…" is nested more than 400 deep, or holds itself; nest layers and options less deeply, or save the weights alone',
    });
  });

  test("options in options, and options that hold themselves", async () => {
    expect(await savedAndLoaded(() => kept(nestedLists(398)))).toBe("loaded");
    const cyclic: { self?: unknown } = {};
    cyclic.self = [cyclic];
    for (const value of [nestedLists(399), nestedLists(20_000), cyclic])
      expect(await savedAndLoaded(() => kept(value))).toMatchObject({ code: "recipe-depth" });
  });

  test("a shared layer, which is built once, in any number of places", async () => {
    let layer = share(dense({ units: 1 }));
    for (let level = 0; level < 13; level++) layer = share(sequential(layer, layer));
    expect(await savedAndLoaded(() => build(layer, { input: [1] }))).toBe("loaded");
    for (let level = 13; level < 22; level++) layer = share(sequential(layer, layer));
    expect(await savedAndLoaded(() => build(layer, { input: [1] }))).toMatchObject({
      code: "file-limit",
      message: beyond(
        "250000 values in the recipe, shared ones counted wherever they stand",
        "use fewer layers or options",
      ),
    });
  });

  test("layers in shared layers, which are as deep as where they stand", async () => {
    const chain = (length: number): Model => {
      const all: Layer[] = [];
      for (let at = 0; at < length; at++) {
        let layer = share(sequential(...all.slice(-1)));
        for (let level = 0; level < 18; level++) layer = sequential(layer);
        all.push(share(layer));
      }
      return build(sequential(...all), { input: [1] });
    };
    expect(await savedAndLoaded(() => chain(6))).toBe("loaded");
    expect(await savedAndLoaded(() => chain(7))).toMatchObject({ code: "recipe-depth" });
  });

  test("options whose parts double at each level", async () => {
    let value: unknown = {};
    for (let level = 0; level < 16; level++) value = { a: value, b: value };
    expect(await savedAndLoaded(() => kept(value))).toBe("loaded");
    for (let level = 16; level < 22; level++) value = level % 2 === 0 ? [value, value] : { a: value, b: value };
    expect(await savedAndLoaded(() => kept(value))).toMatchObject({ code: "file-limit" });
  });

  test("an object that stands twice among the options stays one object", async () => {
    const one = { a: [1] };
    const given: unknown[] = [];
    const telling = define(
      "layer",
      "telling",
      { value: anything() },
      (options: { readonly value?: unknown }): Layer => {
        given.push(options.value);
        return { build: (input) => ({ output: input, call: (x) => x }) };
      },
    );
    const bytes = await saveModel(build(telling({ value: [one, { again: one }] }), { input: [1] }));
    loadModel(bytes, { plugins: [telling] });
    const [, [first, second]] = given as unknown as readonly [unknown, readonly [object, { readonly again: object }]];
    expect(second.again).toBe(first);
    expect(first).toEqual(one);
  });

  test("long lists, texts and arrays among the options", async () => {
    expect(await savedAndLoaded(() => kept(new Array(200_000).fill(0)))).toBe("loaded");
    expect(await savedAndLoaded(() => kept(new Array(300_000).fill(0)))).toMatchObject({ code: "file-limit" });
    expect(await savedAndLoaded(() => kept(new Float32Array(1_000_000)))).toBe("loaded");
    const header = beyond("33554432 bytes of header", "shorten names and options");
    for (const value of [
      "x".repeat(2 ** 25),
      new Uint8Array(2 ** 25),
      "\u{1F600}".repeat(2 ** 23),
      '"'.repeat(2 ** 24),
    ])
      expect(await savedAndLoaded(() => kept(value))).toMatchObject({ code: "file-limit", message: header });
  });

  test("long names", async () => {
    const name = "n".repeat(255);
    const inside = (last: number): Model => {
      let layer = named("n".repeat(last), dense({ units: 1 }));
      for (let level = 0; level < 15; level++) layer = named(name, sequential(layer));
      return build(sequential(layer), { input: [1] });
    };
    expect(await savedAndLoaded(() => inside(249))).toBe("loaded");
    expect(await savedAndLoaded(() => inside(250))).toMatchObject({
      code: "file-limit",
      message: beyond("4096 characters in a name", "shorten it"),
    });
  });

  test("names and axes without number", () => {
    const data = new Uint8Array(0);
    const many = (count: number): Uint8Array =>
      writeSafetensors({
        tensors: new Map(Array.from({ length: count }, (_, at) => [`${at}`, { dtype: "uint8", shape: [0], data }])),
        metadata: new Map(),
      });
    expect(readSafetensors(many(99_999)).tensors.size).toBe(99_999);
    expect(() => many(100_000)).toThrow(beyond("100000 names", "save it in several files"));
    const ofRank = (rank: number): Uint8Array =>
      writeSafetensors({
        tensors: new Map([["a", { dtype: "uint8", shape: new Array(rank).fill(1), data: new Uint8Array(1) }]]),
        metadata: new Map(),
      });
    expect(readSafetensors(ofRank(32)).tensors.get("a")?.shape.length).toBe(32);
    expect(() => ofRank(33)).toThrow(beyond("32 axes in a shape", "reshape it"));
  });

  test("shapes that multiply to more than a file holds, beside a 0 too", () => {
    const numbers = beyond("4294967296 bytes of numbers", "save it in several files");
    for (const shape of [[2 ** 32, 2 ** 32, 2 ** 32, 0], [2 ** 30, 2], new Array(32).fill(2 ** 53 - 1)]) {
      expect(() => readSafetensors(fileOf({ a: entry(shape, 0, 0) }))).toThrow(numbers);
      const empty = { dtype: "float32" as const, shape, data: new Float32Array(0) };
      expect(() => writeSafetensors({ tensors: new Map([["a", empty]]), metadata: new Map() })).toThrow(numbers);
    }
  });

  test("any options", async () => {
    const values = fc.anything({
      withBigInt: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withDate: true,
      withMap: true,
      stringUnit: "binary",
    });
    const seen = { loaded: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const ended = await savedAndLoaded(() => kept(value));
        seen[ended === "loaded" ? "loaded" : "refused"]++;
      }),
      process.env["GRADLOOM_DEEP"] === undefined ? { numRuns: 300, seed: 1 } : { numRuns: 20_000 },
    );
    expect(seen.loaded).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });
});

describe("a recipe from elsewhere that asks for too much is refused before anything is made of it", () => {
  const layer = (options: string): string =>
    `{"layer":{"kind":"layer","name":"keeping","options":${options}},"input":[1],"dtype":"float32","seed":0}`;
  const doubling = (levels: number): string => {
    let parts = '"p0":{}';
    for (let level = 1; level <= levels; level++)
      parts += `,"p${level}":{"a":{"$":"again","place":${level + 3}},"b":{"$":"again","place":${level + 3}}}`;
    return `{"value":{${parts}}}`;
  };

  const deepening = (parts: number): string => {
    const levels = '{"a":'.repeat(59);
    let place = 3;
    const all = Array.from({ length: parts }, (_, at) => {
      const inner = at === 0 ? "0" : `{"$":"again","place":${place - 59}}`;
      place += 59;
      return levels + inner + "}".repeat(59);
    });
    return `{"value":[${all.join(",")}]}`;
  };

  test.each([
    ["levels", layer(`{"value":${"[".repeat(1_000_000)}`), "400 levels of nesting in the recipe"],
    ["levels of what is told again", layer(deepening(8)), "400 levels of nesting in the recipe"],
    ["values", layer(`{"value":[${"0,".repeat(2_000_000)}0]}`), "250000 values in the recipe"],
    ["objects that double", layer(doubling(22)), "250000 values in the recipe"],
  ])("%s", (_, recipe, limit) => {
    expect(() => loadModel(fileWith(recipe), { plugins: [keeping] })).toThrow(`safetensors: more than ${limit}`);
  });

  test("levels of what is told again are loaded within the limit", () => {
    expect(loadModel(fileWith(layer(deepening(6))), { plugins: [keeping] }).output).toEqual([1]);
  });

  test("objects that double within the limit are loaded as one each", () => {
    expect(loadModel(fileWith(layer(doubling(14))), { plugins: [keeping] }).output).toEqual([1]);
  });

  test.each([
    ['"map"', "the recipe refers to an object that it has not told yet"],
    ['"__proto__"', "the recipe refers to an object that it has not told yet"],
    ['"0"', "the recipe refers to an object that it has not told yet"],
    ["-1", "the recipe refers to an object that it has not told yet"],
    ["0.5", "the recipe refers to an object that it has not told yet"],
    ["1e999", 'the recipe has "1e999}]}},\\"i" at character 86 where a value must be'],
    ["0", "the recipe refers to an object that it has not told yet"],
  ])("an object met at the place %s", (place, problem) => {
    const recipe = layer(`{"value":[{},{"$":"again","place":${place}}]}`);
    expect(() => loadModel(fileWith(recipe), { plugins: [keeping] })).toThrow(`safetensors: ${problem}`);
  });

  test.each([
    ['{"$":"number","value":"7"}', 'a mark "number"'],
    ['{"$":"number","value":"NaN","more":1}', 'a mark "number"'],
    ['{"$":"constructor","base64":""}', 'a mark "constructor"'],
    ['{"$":"Float32Array","base64":"AAA="}', "a Float32Array whose bytes"],
    ['{"$":"Uint8Array","base64":"?"}', "a Uint8Array whose bytes"],
    ['{"a":1,"$":"number"}', "a key $"],
    ['{"$":["number"],"value":"NaN"}', '"[\\"number\\"],\\"" at character 66 where a value must be'],
  ])("a value %s", (value, problem) => {
    expect(() => loadModel(fileWith(layer(`{"value":${value}}`)), { plugins: [keeping] })).toThrow(
      `safetensors: the recipe has ${problem}`,
    );
  });
});
