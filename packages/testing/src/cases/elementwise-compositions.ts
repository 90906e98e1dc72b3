import * as core from "@gradloom/core";
import { boolean, constantFrom, record } from "fast-check";
import { mapElements } from "../host-array.ts";
import { type Domain, specialNumbers } from "../input-spec.ts";
import { stretchingShapes } from "../shapes.ts";
import { asBool, binary, flag, positive, same, unary } from "./elementwise-functions.ts";
import { erf } from "./elementwise-primitives.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asNumber, floats, numeric } from "./primitive-case.ts";

const special = { domain: { among: specialNumbers }, dtypes: numeric, output: asBool, differentiable: false };
const truths: Domain = { among: [0, 1, 2, NaN] };
const inside: Domain = { from: -0.7, to: 0.7 };
const farFromZero: Domain = { fromKink: (x) => Math.abs(x) / 10 };
const awayFromWhole: Domain = { fromKink: (x) => Math.abs(x - Math.round(x)) };
const awayFromHalf: Domain = { fromKink: (x) => Math.abs(x - Math.floor(x) - 0.5) };
const quotients = {
  domain: { from: -9, to: 9 },
  second: farFromZero,
  numbers: { first: [7, -7], second: [3, -2, 5] },
};

/** The even one of two whole numbers that are equally near. */
function nearestEven(x: number): number {
  return x % 1 === 0.5 || x % 1 === -0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

function floored(a: number, b: number): number {
  return Number.isInteger(a) && b === 0 ? 0 : Math.floor(a / b);
}

/** The number whose error function is x, by halving. */
export function erfInverse(x: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (erf(middle) < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The rows of the elementwise functions that are made of others. */
export const elementwiseCompositions = {
  abs: (): FunctionCase => unary(core.abs, Math.abs, { domain: { fromKink: Math.abs }, output: asNumber }),
  sign: (): FunctionCase => unary(core.sign, Math.sign, { domain: { fromKink: Math.abs }, output: asNumber }),
  square: (): FunctionCase => unary(core.square, (x) => x * x, { output: asNumber }),
  reciprocal: (): FunctionCase => unary(core.reciprocal, (x) => 1 / x, { domain: farFromZero }),
  rsqrt: (): FunctionCase => unary(core.rsqrt, (x) => 1 / Math.sqrt(x), { domain: positive }),
  exp2: (): FunctionCase => unary(core.exp2, (x) => 2 ** x),
  log2: (): FunctionCase => unary(core.log2, Math.log2, { domain: positive }),
  log10: (): FunctionCase => unary(core.log10, Math.log10, { domain: positive }),
  tan: (): FunctionCase => unary(core.tan, Math.tan, { domain: { from: -1.2, to: 1.2 } }),
  asin: (): FunctionCase => unary(core.asin, Math.asin, { domain: inside }),
  acos: (): FunctionCase => unary(core.acos, Math.acos, { domain: inside }),
  sinh: (): FunctionCase => unary(core.sinh, Math.sinh),
  cosh: (): FunctionCase => unary(core.cosh, Math.cosh),
  asinh: (): FunctionCase => unary(core.asinh, Math.asinh, { domain: { fromKink: Math.abs } }),
  acosh: (): FunctionCase => unary(core.acosh, Math.acosh, { domain: { from: 1.5, to: 4 } }),
  atanh: (): FunctionCase => unary(core.atanh, Math.atanh, { domain: inside, dtypes: floats }),
  sigmoid: (): FunctionCase => unary(core.sigmoid, (x) => 1 / (1 + Math.exp(-x))),
  softplus: (): FunctionCase =>
    unary(core.softplus, (x) => Math.log(1 + Math.exp(x)), { domain: { fromKink: Math.abs } }),
  erfInv: (): FunctionCase => unary(core.erfInv, erfInverse, { domain: inside, dtypes: floats }),

  ceil: (): FunctionCase => unary(core.ceil, Math.ceil, { domain: awayFromWhole, output: same, dtypes: numeric }),
  trunc: (): FunctionCase => unary(core.trunc, Math.trunc, { domain: awayFromWhole, output: same, dtypes: numeric }),
  round: (): FunctionCase => unary(core.round, nearestEven, { domain: awayFromHalf, output: same, dtypes: numeric }),
  floorDiv: (): FunctionCase => binary(core.floorDiv, floored, { ...quotients, differentiable: false }),
  remainder: (): FunctionCase =>
    functionCase({
      settings: record({ shapes: stretchingShapes(2), calm: boolean() }),
      // Calm quotients lie between 4 and 5, away from the jumps.
      inputs: ({ shapes: [a, b], calm }) => [
        { shape: a!, domain: calm ? { from: 4.85, to: 5.7 } : quotients.domain },
        { shape: b!, domain: calm ? { from: 1.15, to: 1.2 } : quotients.second },
      ],
      call: ([a, b]) => core.remainder(a!, b!),
      reference: (inputs) =>
        mapElements(
          inputs,
          (a, b) => (Number.isInteger(a) && b === 0 ? 0 : a - b * floored(a, b)),
          asNumber(inputs[0]!.dtype),
        ),
      differentiable: ({ calm }) => calm,
      dtypes: [...numeric, "bool"],
    }),
  clip: (): FunctionCase =>
    functionCase({
      settings: record({ shapes: stretchingShapes(3), kind: constantFrom("numbers", "low", "high", "tensors") }),
      inputs: ({ shapes: [x, low, high], kind }) =>
        kind === "tensors"
          ? [x!, low!, high!].map((shape) => ({ shape, domain: { distinct: true } }))
          : [{ shape: x!, domain: { fromKink: (value: number) => Math.abs(Math.abs(value) - 1) } }],
      call: ([x, low, high], { kind }) =>
        kind === "tensors"
          ? core.clip(x!, low, high)
          : core.clip(x!, kind === "high" ? undefined : -1, kind === "low" ? undefined : 1),
      reference: (inputs, { kind }) =>
        mapElements(
          inputs,
          (x, low = kind === "high" ? -Infinity : -1, high = kind === "low" ? Infinity : 1) =>
            Math.min(Math.max(x!, low), high),
          inputs[0]!.dtype,
        ),
      dtypes: ["float32", "float64", "int32"],
    }),

  hypot: (): FunctionCase =>
    binary(core.hypot, Math.hypot, {
      domain: farFromZero,
      dtypes: floats,
      output: same,
      numbers: { first: [2], second: [-3] },
    }),
  atan2: (): FunctionCase =>
    binary(core.atan2, Math.atan2, {
      domain: farFromZero,
      dtypes: floats,
      output: same,
      numbers: { first: [2, -1], second: [3, -2] },
    }),
  logAddExp: (): FunctionCase =>
    binary(core.logAddExp, (a, b) => Math.log(Math.exp(a) + Math.exp(b)), {
      domain: { distinct: true },
      dtypes: floats,
      output: same,
    }),

  notEqual: (): FunctionCase =>
    binary(
      core.notEqual,
      flag((a, b) => a !== b),
      { domain: { among: [-1, 0, 1, 2] }, output: asBool, differentiable: false },
    ),
  logicalAnd: (): FunctionCase => logical(core.logicalAnd, (a, b) => a && b),
  logicalOr: (): FunctionCase => logical(core.logicalOr, (a, b) => a || b),
  logicalXor: (): FunctionCase => logical(core.logicalXor, (a, b) => a !== b),
  isNaN: (): FunctionCase => unary(core.isNaN, (x) => Number(Number.isNaN(x)), special),
  isFinite: (): FunctionCase => unary(core.isFinite, (x) => Number(Number.isFinite(x)), special),
  isInf: (): FunctionCase => unary(core.isInf, (x) => Number(Math.abs(x) === Infinity), special),
};

function logical(
  call: (a: core.Tensor, b: core.Tensor) => core.Tensor,
  formula: (a: boolean, b: boolean) => boolean,
): FunctionCase {
  return functionCase({
    settings: stretchingShapes(2),
    inputs: ([a, b]) => [
      { shape: a!, domain: truths },
      { shape: b!, dtype: "bool" },
    ],
    call: ([a, b]) => call(a!, b!),
    reference: (inputs) => mapElements(inputs, (a, b) => Number(formula(a !== 0, b !== 0)), "bool"),
    differentiable: false,
    dtypes: [...numeric, "bool"],
  });
}
