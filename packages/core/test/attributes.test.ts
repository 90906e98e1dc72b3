import { property } from "@gradloom/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOf, sameAttributes, textOf } from "../src/tensor/attributes.ts";

/** Plain data with the numbers, names and arrays that are easily taken for each other. */
const numbers = fc.constantFrom<unknown>(0, -0, 1, 1.5, 1e10, 2 ** 32 + 1, NaN, Infinity, -Infinity);
const attributes = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    numbers,
    fc.constantFrom<unknown>("", "0", "a", '"', "a,b", true, false, null, undefined, 1n),
    fc.constantFrom<unknown>(new Float32Array([0]), new Float32Array([-0]), new Int32Array([0]), new Float32Array()),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "0", "a:0,b"), tie("value"), { maxKeys: 2 }),
  ),
})).value;

describe("attributes", () => {
  test(
    "that differ have texts that differ; copies have one text and one hash",
    property(
      [attributes, attributes],
      (a, b) => {
        const copy = structuredClone(a);
        expect(sameAttributes(a, copy) && textOf(a) === textOf(copy) && hashOf(a) === hashOf(copy)).toBe(true);
        if (!sameAttributes(a, b)) expect(textOf(a)).not.toBe(textOf(b));
        expect(sameAttributes(b, a)).toBe(sameAttributes(a, b));
      },
      2000,
    ),
  );

  test("that are numbers of any size have hashes of their own", () => {
    const powers = Array.from({ length: 300 }, (_, at) => at + 1).flatMap((power) => [
      10 ** -power,
      -(10 ** -power),
      10 ** power,
    ]);
    expect(new Set(powers.map((number) => hashOf({ number }))).size).toBe(powers.length);
  });

  test.each<[string, () => object]>([
    ["a date", () => new Date(0)],
    ["a map", () => new Map([[1, 2]])],
    ["memory", () => new ArrayBuffer(4)],
    ["a view of memory", () => new DataView(new ArrayBuffer(4))],
    ["a function", () => () => 1],
    ["an instance", () => new (class Scale {})()],
  ])("that hold %s are the same only with the same one", (_, make) => {
    const [one, other] = [make(), make()];
    expect([sameAttributes({ one }, { one }), textOf({ one }) === textOf({ one })]).toEqual([true, true]);
    expect([sameAttributes({ one }, { one: other }), textOf({ one }) === textOf({ one: other })]).toEqual([
      false,
      false,
    ]);
  });
});
