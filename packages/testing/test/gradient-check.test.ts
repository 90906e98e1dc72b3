import { cpu } from "@gradloom/backend-cpu";
import {
  cast,
  exp,
  maximum,
  mul,
  neg,
  type Operation,
  sin,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  applyAll,
} from "@gradloom/core";
import { gradientCheck } from "@gradloom/testing";
import { describe, expect, test } from "vitest";

const matrix = tensor(
  [
    [0.5, -1.5, 2],
    [1, 0.25, -0.75],
  ],
  { dtype: "float64" },
);
const row = tensor([0.5, 2, -1], { dtype: "float64" });

let identifiers = 0;

/** y = x * x, elementwise, with the gradient rule. */
function square(grad: NonNullable<Operation["grad"]>): (x: Tensor) => Tensor {
  const operation: Operation = {
    name: "square",
    id: -5000 - identifiers++,
    infer: ([x]) => [x!],
    compose: ([x]) => [mul(x!, x!)],
    grad,
    traits: {},
  };
  return (x) => applyAll(operation, [x], {})[0]!;
}

/** y = a * b stretched, with the gradient rule. */
function product(grad: NonNullable<Operation["grad"]>): (a: Tensor, b: Tensor) => Tensor {
  const operation: Operation = {
    name: "product",
    id: -6000 - identifiers++,
    infer: ([a, b]) => [mul(a as Tensor, b as Tensor)],
    compose: ([a, b]) => [mul(a!, b!)],
    grad,
    traits: {},
  };
  return (a, b) => applyAll(operation, [a, b], {})[0]!;
}

describe("the gradient check passes", () => {
  test("a right rule, on any backend that has float64", async () => {
    const right = square(({ inputs: [x], incoming: [dy] }) => [() => mul(dy!, mul(x!, 2))]);
    await gradientCheck(right, [matrix]);
    await gradientCheck(right, [matrix], { backend: cpu() });
  });

  test("functions of several inputs, with several outputs, whole numbers among the inputs", async () => {
    const choose = tensor([0, 2], { dtype: "int32" });
    await gradientCheck(
      (a, b, whole) => [mul(a, exp(b)), sin(sum(a)), mul(a, cast(sum(whole), "float64"))],
      [matrix, row, choose],
    );
  });

  test("float32 inputs, which are taken in float64", () => gradientCheck((x) => exp(x), [tensor([1, 2])]));

  test("functions whose second gradient is zero", () => gradientCheck((x) => neg(x), [row]));

  test("empty inputs", () => gradientCheck((x) => exp(x), [tensor([], { dtype: "float64" })]));
});

describe("the gradient check fails", () => {
  test("a wrong factor, and names it", async () => {
    const wrong = square(({ inputs: [x], incoming: [dy] }) => [() => mul(dy!, x!)]);
    await expect(gradientCheck(wrong, [matrix])).rejects.toThrow(
      /^gradientCheck: the first gradient of input 0, float64 \[2, 3\], is wrong along \[.*\]: -?[\d.]+ by reverse mode, -?[\d.]+ by differences \(0\.5000 times; allowed difference [\d.e-]+\); the worst element is \[\d, \d\]: -?[\d.]+ by reverse mode, -?[\d.]+ by differences$/,
    );
  });

  test("a factor that is wrong in the seventh digit", async () => {
    const wrong = square(({ inputs: [x], incoming: [dy] }) => [() => mul(dy!, mul(x!, 2.000_000_2))]);
    await expect(gradientCheck(wrong, [matrix])).rejects.toThrow(/the first gradient of input 0, .* is wrong/);
  });

  test("one wrong element among many, and names it", async () => {
    const mask = tensor(
      [
        [1, 1, 1],
        [1, 1, 0],
      ],
      { dtype: "float64" },
    );
    const wrong = square(({ inputs: [x], incoming: [dy] }) => [() => mul(mul(dy!, mul(x!, 2)), mask)]);
    await expect(gradientCheck(wrong, [matrix])).rejects.toThrow(/the worst element is \[1, 2\]: -?0 by reverse mode/);
  });

  test("a gradient of a stretched operand that is not summed back", async () => {
    const wrong = product(({ inputs: [a, b], incoming: [dy] }) => [() => mul(dy!, b!), () => mul(dy!, a!)]);
    await expect(gradientCheck(wrong, [matrix, row])).rejects.toThrow(
      "product: input 1 is float64 [3], its gradient is float64 [2, 3]; they must agree",
    );
  });

  test("a gradient that goes to the wrong input", async () => {
    const wrong = product(({ inputs: [a, b], incoming: [dy] }) => [() => mul(dy!, a!), () => mul(dy!, b!)]);
    await expect(gradientCheck(wrong, [row, tensor([1, 2, 3])])).rejects.toThrow(
      /the first gradient of input 0, float64 \[3\], is wrong/,
    );
  });

  test("a gradient that does not flow", async () => {
    const wrong = product(({ inputs: [, b], incoming: [dy] }) => [() => mul(dy!, b!), null]);
    await expect(gradientCheck(wrong, [row, tensor([1, 2, 3])])).rejects.toThrow(
      /the first gradient of input 1, float64 \[3\], is wrong along \[.*\]: 0 by reverse mode/,
    );
  });

  test("a right first gradient whose own gradient is wrong", async () => {
    const wrong = square(({ inputs: [x], incoming: [dy] }) => [() => mul(dy!, mul(stopGradient(x!), 2))]);
    await expect(gradientCheck(wrong, [matrix])).rejects.toThrow(
      /^gradientCheck: the second gradient of input 0, float64 \[2, 3\], is wrong along .*: 0 by reverse mode/,
    );
    await gradientCheck(wrong, [matrix], { order: 1 });
  });

  test("not a number", async () => {
    const wrong = square(({ incoming: [dy] }) => [() => mul(dy!, NaN)]);
    await expect(gradientCheck(wrong, [row])).rejects.toThrow(/is wrong along \[.*\]: NaN by reverse mode/);
  });

  test("inputs at a kink, and says so", async () => {
    await expect(gradientCheck((x) => maximum(x, 0), [tensor([0, 1])])).rejects.toThrow(
      /^gradientCheck: the second gradient of input 0, float64 \[2\], cannot be checked along .*; the worst element is \[0\]/,
    );
    await expect(gradientCheck((x) => exp(mul(maximum(x, 0.001), 100)), [tensor([0.002])])).rejects.toThrow(
      /cannot be checked along \[.*\]: differences with different steps disagree by [\d.]+; keep the inputs away from kinks and poles/,
    );
  });

  test("a function that leaves float64, and says which dtype", async () => {
    await expect(gradientCheck((x) => cast(x, "float32"), [row])).rejects.toThrow(
      "gradientCheck: an output is float32 although the inputs are float64; no differences can be taken of it, cast nothing inside",
    );
  });

  test("a function without a float output", async () => {
    await expect(gradientCheck((x) => cast(x, "int32"), [row])).rejects.toThrow(
      "gradientCheck: the function gives no float output, so it has no gradients",
    );
  });
});
