import { define, full, type Initializer, randomKey, randomUniform } from "@gradloom/core";
import { type Fans, initializerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

const limit = ({ fanIn, fanOut }: Fans): number => Math.sqrt(6 / (fanIn + fanOut));

/** The laws of Xavier's uniform numbers, which are drawn in some way. */
function laws(draw: Initializer): Laws {
  const xavier = define("initializer", "xavier", {}, () => draw);
  const row = {
    make: () => xavier(),
    deviation: (fans: Fans) => limit(fans) / Math.sqrt(3),
    limits: (fans: Fans) => [-limit(fans), limit(fans)] as const,
  };
  return collectLaws((runner) => initializerSuite({ xavier: row }, runner, { plugins: [xavier] }));
}

function within(
  high: number,
): (shape: readonly number[], context: Parameters<Initializer>[1]) => ReturnType<Initializer> {
  return (shape, { key, dtype }) => randomUniform(key, shape, { low: -high, high, dtype });
}

const right: Initializer = (shape, context) => within(limit(context))(shape, context);

describe("the initializer suite", () => {
  test("lets a right initializer pass", async () => {
    expect(await faultsIn(laws(right))).toEqual([]);
  });

  test.each<[fault: string, law: string, draw: Initializer, message: RegExp]>([
    [
      "fans of the wrong axes",
      "has its mean, deviation and limits for [4000, 3]",
      (shape, context) => within(limit({ fanIn: 3, fanOut: 3 }))(shape, context),
      /^the deviation is 0\.5\d*, expected 0\.02\d* within 0\.\d+$/,
    ],
    [
      "a window that does not count",
      "has its mean, deviation and limits for [3, 5, 20, 40]",
      (shape, context) => within(limit({ fanIn: shape.at(-2)!, fanOut: shape.at(-1)! }))(shape, context),
      /^the deviation is/,
    ],
    [
      "a range that begins at 0",
      "has its mean, deviation and limits for [90, 110]",
      (shape, { key, dtype, ...fans }) => randomUniform(key, shape, { low: 0, high: limit(fans), dtype }),
      /^the mean is 0\.08\d*, expected 0 within/,
    ],
    [
      "numbers beyond the limits",
      "has its mean, deviation and limits for [90, 110]",
      (shape, context) => right(shape, context).mul(1.004),
      /^-?0\.1735?\d* is outside of -0\.173205\d* to 0\.173205\d*$/,
    ],
    [
      "numbers that the seed does not change",
      "gives the same numbers for the same seed and path, others for others",
      (shape, context) => right(shape, { ...context, key: randomKey(1) }),
      /^another seed gives the same numbers$/,
    ],
    [
      "numbers that are all alike",
      "has its mean, deviation and limits for [10000]",
      (shape, { dtype }) => full(shape, 0, dtype),
      /^the deviation is 0, expected/,
    ],
  ])("finds %s", async (_, law, draw, message) => {
    expect(await faultOf(laws(draw), `xavier > ${law}`)).toMatch(message);
  });
});
