import {
  add,
  type CallContext,
  define,
  full,
  type Layer,
  matmul,
  maximum,
  mean,
  mul,
  randomBernoulli,
  type RandomKey,
  randomNormal,
  required,
  type Shape,
  stopGradient,
  sub,
  type Tensor,
  type Variable,
  where,
  wholeNumber,
} from "@gradloom/core";
import { type LayerCase, layerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

const plain = define(
  "initializer",
  "plain",
  {},
  () =>
    (shape, { key, dtype }) =>
      randomNormal(key, shape, { deviation: 0.5, dtype }),
);

interface AffineOptions {
  readonly units: number;
}

/** The laws of one layer whose parts may be replaced. */
function layerLaws(change: Partial<ReturnType<typeof affineParts>> = {}, row: Partial<LayerCase> = {}): Laws {
  const affine = define("layer", "affine", { units: required(wholeNumber(1)) }, (options: AffineOptions): Layer =>
    affineLayer(options, { ...affineParts(), ...change }),
  );
  return collectLaws((runner) =>
    layerSuite({ affine: { make: () => affine({ units: 2 }), input: [3], ...row } }, runner, {
      plugins: [affine, plain],
    }),
  );
}

function affineParts() {
  return {
    output: (input: Shape, units: number): readonly Shape[] | Shape => [...input.slice(0, -1), units],
    activate: (x: Tensor, _context: CallContext, _state: Variable): Tensor => maximum(x, 0),
    product: (x: Tensor, kernel: Tensor): Tensor => matmul(x, kernel),
  };
}

function affineLayer({ units }: AffineOptions, { output, activate, product }: ReturnType<typeof affineParts>): Layer {
  return {
    build(input, make) {
      const shape = input as Shape;
      const kernel = make.parameter("kernel", [shape.at(-1)!, units], { initializer: plain });
      const state = make.state("calls", full([], 0, make.dtype));
      return {
        output: output(shape, units) as Shape,
        call: (x, context) => activate(product(x as Tensor, kernel.value), context, state),
      };
    },
  };
}

const randomness = "draws other random numbers at each step and seed, if it is random";

/** Half of the numbers, doubled. */
function dropped(x: Tensor, key: RandomKey): Tensor {
  return where(randomBernoulli(key, x.shape, 0.5), mul(x, 2), 0);
}

describe("the layer suite", () => {
  test.each([...layerLaws().keys()])("lets a right layer pass: %s", async (law) => {
    expect(await faultOf(layerLaws(), law)).toBe("no fault was found");
  });

  const mutants: readonly (readonly [
    fault: string,
    law: string,
    change: Partial<ReturnType<typeof affineParts>>,
    message: RegExp,
    row?: Partial<LayerCase>,
  ])[] = [
    [
      "another shape than it declares",
      "gives the shape that it declares",
      { output: (_, units) => [units, 1] },
      /^a layer's call gave \[1, 2\], its build declared \[batch, 2, 1\]; they must agree$/,
    ],
    [
      "a gradient that stops within",
      "has the gradients that differences show, through input and parameters",
      { product: (x, kernel) => matmul(stopGradient(x), kernel) },
      /^gradientCheck: the first gradient of input 0, float64 \[3, 3\], is wrong along .*: 0 by reverse mode/,
    ],
    [
      "a gradient that is wrong in training only",
      "has such gradients in training",
      { activate: (x, { training }) => (training ? mul(x, stopGradient(x)) : x) },
      /^gradientCheck: the first gradient of input 0, float64 \[3, 3\], is wrong along .*0\.5000 times/,
    ],
    [
      "a parameter that has no effect",
      "lowers a loss by a small step",
      { product: (x, kernel) => matmul(x, mul(kernel, 0)) },
      /^the parameters have no gradient: the sum of its squares is 0$/,
    ],
    [
      "random numbers that the seed does not decide",
      "gives the same for the same seed, in training too",
      { activate: (x) => mul(x, Math.random()) },
      /^compile: |^number \d of parameters and outputs, float32/,
    ],
    [
      "a mask that repeats every step",
      randomness,
      { activate: (x, context) => (context.training ? dropped(x, { words: context.random("mask").words }) : x) },
      /^the step does not change the outputs in training, though the row says that the layer is random: the same numbers come again$/,
      { random: true },
    ],
    [
      "a mask that is the same for all seeds",
      randomness,
      {
        activate: (x, context) => (context.training ? dropped(x, { ...context.random("mask"), words: [1, 2] }) : x),
      },
      /^the seed does not change the outputs in training, though the row says that the layer is random: the same numbers come again$/,
      { random: true },
    ],
    [
      "a mask that never changes",
      randomness,
      { activate: (x, context) => (context.training ? dropped(x, { words: [1, 2] }) : x) },
      /^the step does not change the outputs in training, though/,
      { random: true },
    ],
    [
      "a mask where the row says nothing of it",
      randomness,
      { activate: (x, context) => (context.training ? dropped(x, context.random("mask")) : x) },
      /^the step changes the outputs in training; a layer that draws random numbers says random: true in its row$/,
    ],
    [
      "samples that look at each other",
      "treats each sample by itself outside of training",
      { activate: (x) => sub(x, mean(x, { axis: 0 })) },
      /^output 0 of the batch, float64 \[3, 2\]: element \[0, 0\] is .*, expected 0/,
    ],
    [
      "a state that is updated outside of training",
      "updates no state outside of training, and assigns none by a call",
      {
        activate: (x, context, state) => {
          context.update(state, add(context.latest(state), 1));
          return x;
        },
      },
      /^outside of training the layer updates calls$/,
    ],
    [
      "a state that is assigned by the call",
      "updates no state outside of training, and assigns none by a call",
      {
        activate: (x, _, state) => {
          state.assign(add(state.value, 1));
          return x;
        },
      },
      /^a call assigned calls; give the next value to context\.update$/,
    ],
  ];
  test.each(mutants.map(([fault, ...rest]) => ({ fault, rest })))("finds $fault", async ({ rest }) => {
    const [law, change, message, row = {}] = rest;
    expect(await faultOf(layerLaws(change, row), `affine > ${law}`)).toMatch(message);
  });

  test("finds an option that the recipe loses", async () => {
    let units = 2;
    const forgetful = define("layer", "forgetful", {}, (): Layer => affineLayer({ units: units++ }, affineParts()));
    const laws = collectLaws((runner) =>
      layerSuite({ forgetful: { make: () => forgetful({}), input: [3] } }, runner, { plugins: [forgetful] }),
    );
    expect(await faultOf(laws, "forgetful > comes back from its recipe, with the same parameters")).toMatch(
      /^the layer has kernel \[3, \d\]; calls \[\]; from its recipe it has kernel \[3, \d\]; calls \[\]$/,
    );
  });

  test("takes dropout: random in training, the same for the same seed", async () => {
    const drop = {
      activate: (x: Tensor, context: CallContext) => (context.training ? dropped(x, context.random("mask")) : x),
    };
    expect(await faultsIn(layerLaws(drop, { random: true }))).toEqual([]);
  });
});
