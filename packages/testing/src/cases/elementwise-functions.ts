import * as core from "@gradloom/core";
import type { DType, Operand, Tensor } from "@gradloom/core";
import { constantFrom, record } from "fast-check";
import { mapElements } from "../host-array.ts";
import type { Domain } from "../input-spec.ts";
import { shapes, stretchingShapes } from "../shapes.ts";
import { erf } from "./elementwise-primitives.ts";
import { type FunctionCase, functionCase, type FunctionRule } from "./function-case.ts";
import { asFloat, asNumber, integers, numeric, storable } from "./primitive-case.ts";

export interface ElementwiseOptions {
  readonly domain?: Domain;
  readonly differentiable?: boolean;
  readonly dtypes?: readonly DType[];
  /** The dtype of the result; floats stay, others become float32 if left out. */
  readonly output?: (dtype: DType) => DType;
}

const allDTypes: readonly DType[] = [...numeric, "bool"];
export const asBool = (): DType => "bool";
export const same = (dtype: DType): DType => dtype;
export const positive: Domain = { from: 0.5, to: 3 };

/** A row of a function of one tensor. */
export function unary(
  call: (x: Tensor) => Tensor,
  formula: (x: number) => number,
  options: ElementwiseOptions = {},
): FunctionCase {
  const { domain = {}, output = asFloat, dtypes = allDTypes, differentiable = true } = options;
  return functionCase({
    settings: shapes(),
    inputs: (shape) => [{ shape, domain }],
    call: ([x]) => call(x!),
    reference: (inputs) => mapElements(inputs, formula, output(inputs[0]!.dtype)),
    dtypes,
    differentiable,
  });
}

export interface BinaryOptions extends ElementwiseOptions {
  readonly second?: Domain;
  /** What the first and the second operand may be instead of a tensor. */
  readonly numbers?: { readonly first: readonly number[]; readonly second: readonly number[] };
}

/** A row of a function of two operands: two tensors that stretch to one shape, or a tensor and a number on either side. */
export function binary(
  call: (a: Operand, b: Operand) => Tensor,
  formula: (a: number, b: number) => number,
  options: BinaryOptions = {},
): FunctionCase {
  const { domain = {}, second = domain, output = asNumber, dtypes = allDTypes, differentiable = true } = options;
  const { numbers = { first: [0, 1, -1, 2, 3], second: [0, 1, -1, 2, 3] } } = options;
  const rule: FunctionRule<{
    readonly shapes: readonly core.Shape[];
    readonly number: "none" | "first" | "second";
    readonly pick: number;
  }> = {
    settings: record({
      shapes: stretchingShapes(2),
      number: constantFrom("none", "none", "first", "second"),
      pick: constantFrom(0, 1, 2, 3, 4),
    }),
    inputs: ({ shapes: [a, b], number }) => [
      ...(number === "first" ? [] : [{ shape: a!, domain }]),
      ...(number === "second" ? [] : [{ shape: b!, domain: second }]),
    ],
    call: ([x, y], { number, pick }) => {
      if (number === "none") return call(x!, y!);
      const value = heldBy(x!.dtype, numbers[number][pick % numbers[number].length]!);
      return number === "first" ? call(value, x!) : call(x!, value);
    },
    reference: (inputs, { number, pick }) => {
      const { dtype } = inputs[0]!;
      const kind = output(dtype);
      if (number === "none") return mapElements(inputs, formula, kind);
      const value = heldBy(dtype, numbers[number][pick % numbers[number].length]!);
      const single = { shape: [], dtype, data: [value] };
      return mapElements(number === "first" ? [single, inputs[0]!] : [inputs[0]!, single], formula, kind);
    },
    dtypes,
    differentiable,
  };
  return functionCase(rule);
}

/** The number, or its size where the dtype holds no number below 0. */
function heldBy(dtype: DType, number: number): number {
  return dtype === "uint32" ? Math.abs(number) : number;
}

/** Whole products modulo 2^32, others as they are. */
const product = (a: number, b: number): number =>
  Number.isInteger(a) && Number.isInteger(b) ? Math.imul(a, b) : a * b;
/** A formula of truth as one of 0 and 1. */
export function flag(formula: (a: number, b: number) => boolean): (a: number, b: number) => number {
  return (a, b) => Number(formula(a, b));
}

const comparisonOptions: BinaryOptions = {
  output: asBool,
  differentiable: false,
  domain: { among: [-1, 0, 1, 2] },
};

/** The rows of the functions that compute each element from the elements of its place. */
export const elementwiseFunctions = {
  neg: (): FunctionCase => unary(core.neg, (x) => -x, { output: asNumber }),
  exp: (): FunctionCase => unary(core.exp, Math.exp),
  expm1: (): FunctionCase => unary(core.expm1, Math.expm1),
  log: (): FunctionCase => unary(core.log, Math.log, { domain: positive }),
  log1p: (): FunctionCase => unary(core.log1p, Math.log1p, { domain: { from: -0.5, to: 3 } }),
  sqrt: (): FunctionCase => unary(core.sqrt, Math.sqrt, { domain: positive }),
  sin: (): FunctionCase => unary(core.sin, Math.sin),
  cos: (): FunctionCase => unary(core.cos, Math.cos),
  tanh: (): FunctionCase => unary(core.tanh, Math.tanh),
  atan: (): FunctionCase => unary(core.atan, Math.atan),
  erf: (): FunctionCase => unary(core.erf, erf),
  // Its gradient is not the derivative, on purpose.
  stopGradient: (): FunctionCase =>
    unary(core.stopGradient, (x) => x, { output: same, dtypes: storable, differentiable: false }),
  floor: (): FunctionCase =>
    unary(core.floor, Math.floor, {
      domain: { fromKink: (x) => Math.abs(x - Math.round(x)) },
      output: same,
      dtypes: numeric,
    }),
  logicalNot: (): FunctionCase =>
    unary(core.logicalNot, (x) => Number(x === 0), {
      output: asBool,
      differentiable: false,
      domain: { among: [0, 1, 2] },
    }),

  add: (): FunctionCase => binary(core.add, (a, b) => a + b),
  sub: (): FunctionCase => binary(core.sub, (a, b) => a - b),
  mul: (): FunctionCase => binary(core.mul, product),
  div: (): FunctionCase =>
    binary(core.div, (a, b) => a / b, {
      output: asFloat,
      second: { fromKink: (x) => Math.abs(x) / 10 },
      numbers: { first: [0, 1, -1, 2, 3], second: [1, -1, 2, 4] },
    }),
  truncatedDiv: (): FunctionCase =>
    binary(core.truncatedDiv, (a, b) => (b === 0 ? 0 : Math.trunc(a / b)), {
      dtypes: integers,
      output: same,
      differentiable: false,
    }),
  pow: (): FunctionCase =>
    binary(core.pow, (a, b) => a ** b, {
      dtypes: [...numeric, "bool"],
      domain: { from: 1, to: 3 },
      second: { from: 0, to: 2 },
      numbers: { first: [1, 2, 3], second: [0, 1, 2, 3] },
    }),
  maximum: (): FunctionCase =>
    binary(core.maximum, Math.max, {
      domain: { distinct: true },
      output: same,
      dtypes: numeric,
      numbers: { first: [7], second: [-7] },
    }),
  minimum: (): FunctionCase =>
    binary(core.minimum, Math.min, {
      domain: { distinct: true },
      output: same,
      dtypes: numeric,
      numbers: { first: [7], second: [-7] },
    }),
  less: (): FunctionCase =>
    binary(
      core.less,
      flag((a, b) => a < b),
      comparisonOptions,
    ),
  lessEqual: (): FunctionCase =>
    binary(
      core.lessEqual,
      flag((a, b) => a <= b),
      comparisonOptions,
    ),
  greater: (): FunctionCase =>
    binary(
      core.greater,
      flag((a, b) => a > b),
      comparisonOptions,
    ),
  greaterEqual: (): FunctionCase =>
    binary(
      core.greaterEqual,
      flag((a, b) => a >= b),
      comparisonOptions,
    ),
  equal: (): FunctionCase =>
    binary(
      core.equal,
      flag((a, b) => a === b),
      comparisonOptions,
    ),
  where: (): FunctionCase =>
    functionCase({
      settings: stretchingShapes(3),
      inputs: ([condition, a, b]) => [{ shape: condition!, dtype: "bool" }, { shape: a! }, { shape: b! }],
      call: ([condition, a, b]) => core.where(condition!, a!, b!),
      reference: (inputs) => mapElements(inputs, (condition, a, b) => (condition === 0 ? b! : a!), inputs[1]!.dtype),
      dtypes: allDTypes,
    }),
  cast: (): FunctionCase =>
    functionCase({
      settings: record({ shape: shapes(), dtype: constantFrom<DType>("float32", "float64", "int32", "bool") }),
      inputs: ({ shape }) => [{ shape, domain: { from: 1, to: 3 } }],
      call: ([x], { dtype }) => core.cast(x!, dtype),
      reference: ([x], { dtype }) =>
        mapElements(
          [x!],
          (value) => (dtype === "bool" ? Number(value !== 0) : dtype === "int32" ? Math.trunc(value) : value),
          dtype,
        ),
      // In float32 no differences can be taken.
      differentiable: ({ dtype }) => dtype === "float64",
      dtypes: allDTypes,
    }),
};
