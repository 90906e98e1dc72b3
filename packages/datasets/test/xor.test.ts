import { describe, expect, it } from "vitest";
import { xor } from "../src/index.ts";

describe("xor", () => {
  it("labels each pair of bits with their exclusive or", () => {
    const { inputs, labels, shape, classes } = xor();
    expect(shape).toEqual([4, 2]);
    expect(classes).toEqual(["false", "true"]);
    expect([...inputs]).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
    for (const [sample, label] of labels.entries()) expect(label).toBe(inputs[2 * sample]! ^ inputs[2 * sample + 1]!);
  });
});
