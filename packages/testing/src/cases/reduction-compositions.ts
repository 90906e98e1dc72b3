import * as core from "@gradloom/core";
import type { Tensor } from "@gradloom/core";
import { boolean, constantFrom, record } from "fast-check";
import { elementAt, fromFront, fromIndices, type HostArray, reduceAlong } from "../host-array.ts";
import { reductions, shapesWithAxis } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asFloat, asNumber, floats, numeric } from "./primitive-case.ts";
import { averageOf, reduction } from "./reduction-functions.ts";

const distinct = { domain: { distinct: true }, empty: false };
/** Zeros among them, and none above 1, so that no product grows. */
const factors = { among: [0, 0.5, -0.5, 1, -1] };
const truths = { domain: { among: [0, 0, 1, 2] } };

function squaresOf(values: readonly number[]): number {
  const average = averageOf(values);
  return values.reduce((total, value) => total + (value - average) ** 2, 0);
}

function normOf(values: readonly number[], ord: number): number {
  const sizes = values.map(Math.abs);
  if (ord === Infinity) return Math.max(...sizes);
  if (ord === -Infinity) return Math.min(...sizes);
  if (ord === 0) return sizes.filter((size) => size !== 0).length;
  return sizes.reduce((total, size) => total + size ** ord, 0) ** (1 / ord);
}

/** A row of a function that runs along an axis; `at` is what a place holds of the numbers before it and its own. */
function cumulative(
  call: (x: Tensor, options: core.CumulativeOptions) => Tensor,
  at: (values: readonly number[]) => number,
): FunctionCase {
  return functionCase({
    settings: record({
      place: shapesWithAxis({ maxRank: 2 }),
      flat: boolean(),
      reverse: boolean(),
      exclusive: boolean(),
    }),
    inputs: ({ place: { shape } }) => [{ shape, domain: factors }],
    call: ([x], { place: { axis }, flat, ...options }) => call(x!, flat ? options : { ...options, axis }),
    reference: ([x], { place, flat, reverse, exclusive }): HostArray => {
      const array = flat ? { ...x!, shape: [x!.data.length] } : x!;
      const axis = flat ? 0 : fromFront(place.axis, place.shape.length);
      const length = array.shape[axis]!;
      return fromIndices(array.shape, asNumber(array.dtype), (index) => {
        const line = Array.from({ length }, (_, other) => elementAt(array, index.with(axis, other)));
        const own = index[axis]!;
        return at(reverse ? line.slice(exclusive ? own + 1 : own) : line.slice(0, exclusive ? own : own + 1));
      });
    },
    dtypes: ["float32", "float64", "int32", "bool"],
  });
}

/** The rows of the reductions that are made of others, and of the functions that run along an axis. */
export const reductionCompositions = {
  min: (): FunctionCase => reduction(core.min, (values) => Math.min(...values), distinct),
  argMin: (): FunctionCase =>
    functionCase({
      settings: record({ at: shapesWithAxis({ empty: false }), keepDims: boolean(), flat: boolean() }),
      inputs: ({ at: { shape } }) => [{ shape, domain: { among: [0, 1, 2] } }],
      call: ([x], { at: { axis }, keepDims, flat }) => core.argMin(x!, flat ? { keepDims } : { axis, keepDims }),
      reference: ([x], { at: { axis }, keepDims, flat }) => {
        const array = flat ? { ...x!, shape: [x!.data.length] } : x!;
        const options = flat ? { keepDims } : { axis, keepDims };
        return reduceAlong(array, options, (values) => values.indexOf(Math.min(...values)), "int32");
      },
      differentiable: false,
      dtypes: numeric,
    }),
  // Its gradients must hold with several zeros among the factors.
  prod: (): FunctionCase =>
    reduction(core.prod, (values) => values.reduce((total, value) => total * value, 1), {
      domain: factors,
      output: asNumber,
      dtypes: ["float32", "float64", "int32", "bool"],
      maxRank: 2,
    }),
  any: (): FunctionCase =>
    reduction(core.any, (values) => Number(values.some(Boolean)), {
      ...truths,
      output: () => "bool",
      differentiable: false,
    }),
  all: (): FunctionCase =>
    reduction(core.all, (values) => Number(values.every(Boolean)), {
      ...truths,
      output: () => "bool",
      differentiable: false,
    }),
  countNonzero: (): FunctionCase =>
    reduction(core.countNonzero, (values) => values.filter(Boolean).length, {
      ...truths,
      output: () => "int32",
      differentiable: false,
    }),
  variance: (): FunctionCase =>
    reduction(core.variance, (values) => squaresOf(values) / values.length, { output: asFloat, empty: false }),
  standardDeviation: (): FunctionCase =>
    reduction(core.standardDeviation, (values) => Math.sqrt(squaresOf(values) / values.length), {
      ...distinct,
      output: asFloat,
    }),
  logSumExp: (): FunctionCase =>
    reduction(core.logSumExp, (values) => Math.log(values.reduce((total, value) => total + Math.exp(value), 0)), {
      output: asFloat,
    }),
  norm: (): FunctionCase =>
    functionCase({
      settings: record({
        along: reductions({ empty: false }),
        ord: constantFrom(undefined, 0, 1, 2, 3, 0.5, Infinity, -Infinity),
      }),
      inputs: ({ along: { shape } }) => [{ shape, domain: { distinct: true, from: 0.5, to: 3 } }],
      call: ([x], { along: { options }, ord }) => core.norm(x!, ord === undefined ? options : { ...options, ord }),
      reference: ([x], { along: { options }, ord = 2 }) =>
        reduceAlong(x!, options, (values) => normOf(values, ord), asFloat(x!.dtype)),
      dtypes: floats,
    }),
  cumsum: (): FunctionCase => cumulative(core.cumsum, (values) => values.reduce((total, value) => total + value, 0)),
  cumprod: (): FunctionCase => cumulative(core.cumprod, (values) => values.reduce((total, value) => total * value, 1)),
};
