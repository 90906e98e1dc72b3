import { describe, expect, it } from "vitest";
import { mulberry32 } from "../src/mulberry32.ts";

describe("mulberry32", () => {
  it.each([
    [0, [0.26642920868471265]],
    [1998, [0.1410102501977235, 0.4389130286872387, 0.3321634237654507, 0.9021061069797724]],
    [2 ** 32 - 1, [0.8964226141106337]],
  ])("gives the published algorithm's numbers for seed %i", (seed, expected) => {
    const uniform = mulberry32(seed);
    expect(expected.map(() => uniform())).toEqual(expected);
  });
});
