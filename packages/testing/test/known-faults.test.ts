import {
  add,
  apply,
  chain,
  define,
  div,
  exp,
  fused,
  type GradientTransform,
  mul,
  neg,
  type Operation,
  type OptimizerRule,
  pad,
  pow,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  transpose,
  variance,
  applyAll,
} from "@gradloom/core";
import { type Kernel, kernelBackend } from "@gradloom/core/backend";
import {
  type FunctionCase,
  functionCase,
  functionCases,
  gradientCheck,
  operationSuite,
  optimizerSuite,
} from "@gradloom/testing";
import { constantFrom } from "fast-check";
import { describe, expect, test } from "vitest";
import { loopKernels } from "../src/loop-backend.ts";
import { collectLaws, faultOf } from "./collect-laws.ts";

const values = "mutant > gives what its reference says, in float64";

/** What the laws find in a function that stands in for another one. */
function faultOfFunction(
  row: FunctionCase,
  call: (inputs: readonly Tensor[], setting: never) => Tensor,
  law = values,
): Promise<string> {
  const mutant: FunctionCase = {
    ...row,
    at: (setting) => ({ ...row.at(setting), call: (inputs) => [call(inputs, setting as never)] }),
  };
  return faultOf(
    collectLaws((runner) => operationSuite({ mutant: () => mutant }, runner)),
    law,
  );
}

/** Numbers with two places more on each side of the last axis, mirrored; the gradient is that of the middle alone. */
const mirrored: Operation = {
  name: "mirrored",
  id: -7000,
  infer: ([x]) => [{ shape: [x!.shape[0]! + 4], dtype: x!.dtype }],
  compose: ([x]) => [pad(x!, [[2, 2]], { mode: "reflect" })],
  grad: ({ inputs: [x], incoming: [dy] }) => [() => slice(dy!, [2], [2 + x!.shape[0]!])],
  traits: {},
};

/** Adam with a decay that joins the gradient before the moments (right is after them), of the given strength on either side. */
function decayed(before: number, after: number): GradientTransform {
  return {
    init: (parameter) => ({ mean: mul(parameter, 0), square: mul(parameter, 0) }),
    update(gradient, { parameter, state, count, learningRate }) {
      const slope = add(gradient, mul(parameter, before));
      const mean = add(mul(state["mean"]!, 0.9), mul(slope, 0.1));
      const square = add(mul(state["square"]!, 0.999), mul(mul(slope, slope), 0.001));
      const scaled = div(div(mean, sub(1, pow(0.9, count))), add(sqrt(div(square, sub(1, pow(0.999, count)))), 1e-8));
      return { update: neg(mul(add(scaled, mul(parameter, after)), learningRate)), state: { mean, square } };
    },
  };
}

/** AdamW in plain arithmetic (Loshchilov & Hutter 2019, algorithm 2). */
function adamW(start: number, gradients: readonly number[]): number {
  let [value, mean, square] = [start, 0, 0];
  gradients.forEach((gradient, at) => {
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient ** 2;
    const scaled = mean / (1 - 0.9 ** (at + 1)) / (Math.sqrt(square / (1 - 0.999 ** (at + 1))) + 1e-8);
    value -= 0.05 * (scaled + 0.1 * value);
  });
  return value;
}

describe("faults that libraries have shipped are found:", () => {
  test("height and width swapped", async () => {
    interface Padding {
      readonly widths: readonly (readonly [number, number])[];
      readonly all: boolean;
      readonly mode: "constant" | "edge";
      readonly value: number | undefined;
    }
    const swapped = ([x]: readonly Tensor[], { widths, all, mode, value = 0 }: Padding): Tensor =>
      pad(x!, all ? 2 : widths.toReversed(), { mode, value });
    expect(await faultOfFunction(functionCases.pad(), swapped)).toMatch(
      /output 0 is float64 \[.*\], expected float64 \[.*\]/,
    );
  });

  test("the gradient of reflected padding that ignores the overlap", async () => {
    const point = { shape: [4], dtype: "float64", data: [1, 2, 3, 4] } as const;
    await expect(gradientCheck((x) => applyAll(mirrored, [x], {}), [point])).rejects.toThrow(
      /the first gradient of input 0, float64 \[4\], is wrong/,
    );
  });

  test("a meaning of another shape, which a kernel hides", async () => {
    const turned = fused({ name: "turned", infer: ([x]) => [x!], compose: ([x]) => [transpose(x!)] });
    const copied: Kernel<object> = ([x], [y]) =>
      y!.data.set(x!.data.subarray(x!.offset, x!.offset + x!.size), y!.offset);
    const backend = kernelBackend({ name: "hiding", kernels: loopKernels(), operations: new Map([[turned, copied]]) });
    const row = functionCase({
      settings: constantFrom([2, 3]),
      inputs: (shape) => [{ shape }],
      call: ([x]) => apply(turned, [x!], {}),
      reference: ([x]) => x!,
    });
    const laws = collectLaws((runner) => operationSuite({ turned: () => row }, runner, { backend }));
    expect(await faultOf(laws, "turned > gives what its reference says, in float32")).toBe("no fault was found");
    expect(await faultOf(laws, "turned > is made of operations whose meanings are what they say")).toMatch(
      "fused turned: infer says float32 [2, 3], compose gives float32 [3, 2]; they must agree",
    );
  });

  test("an unbiased variance where the biased one is meant", async () => {
    const unbiased = ([x]: readonly Tensor[], { options }: { readonly options: object }): Tensor =>
      variance(x!, { ...options, correction: 1 });
    expect(await faultOfFunction(functionCases.variance(), unbiased)).toMatch(/output 0, float64 .* expected/);
  });

  test("softmax without the shift", async () => {
    const overflowing = (
      [x]: readonly Tensor[],
      { at: { axis } }: { readonly at: { readonly axis: number } },
    ): Tensor => div(exp(x!), sum(exp(x!), { axis, keepDims: true }));
    expect(await faultOfFunction(functionCases.softmax(), overflowing)).toMatch(/is NaN, expected/);
  });

  test("AdamW with its decay before the moments", async () => {
    const faultIn = (before: number, after: number): Promise<string> => {
      const optimizer = define("optimizer", "adamW", {}, (): OptimizerRule => chain(0.05, decayed(before, after)));
      const row = { make: () => optimizer(), reference: adamW };
      return faultOf(
        collectLaws((runner) => optimizerSuite({ adamW: row }, runner, { plugins: [optimizer] })),
        "adamW > steps as its reference says",
      );
    };
    expect(await faultIn(0, 0.1)).toBe("no fault was found");
    expect(await faultIn(0.1, 0)).toMatch(/^the parameter after step 1, float64 \[3\]: element \[0\] is .*, expected/);
  });
});
