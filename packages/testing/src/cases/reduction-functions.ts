import * as core from "@gradloom/core";
import type { DType, ReduceOptions, Tensor } from "@gradloom/core";
import { boolean, record } from "fast-check";
import { reduceAlong } from "../host-array.ts";
import type { Domain } from "../input-spec.ts";
import { reductions, type ShapeOptions, shapesWithAxis } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asFloat, asNumber, numeric } from "./primitive-case.ts";
import { totalOf } from "./reduction-primitives.ts";

export interface ReductionOptions extends ShapeOptions {
  readonly domain?: Domain;
  readonly output?: (dtype: DType) => DType;
  readonly dtypes?: readonly DType[];
  readonly differentiable?: boolean;
}

/** A row of a function that reduces axes to what `reduce` makes of their numbers. */
export function reduction(
  call: (x: Tensor, options: ReduceOptions) => Tensor,
  reduce: (values: readonly number[]) => number,
  options: ReductionOptions = {},
): FunctionCase {
  const {
    domain = {},
    output = (dtype) => dtype,
    dtypes = [...numeric, "bool"],
    differentiable = true,
    ...ofShapes
  } = options;
  return functionCase({
    settings: reductions(ofShapes),
    inputs: ({ shape }) => [{ shape, domain }],
    call: ([x], { options }) => call(x!, options),
    reference: ([x], { options }) => reduceAlong(x!, options, reduce, output(x!.dtype)),
    differentiable,
    dtypes,
  });
}

export const averageOf = (values: readonly number[]): number => totalOf(values, "float64") / values.length;

/** The rows of the functions that reduce axes. */
export const reductionFunctions = {
  sum: (): FunctionCase => reduction(core.sum, (values) => totalOf(values, "float64"), { output: asNumber }),
  mean: (): FunctionCase => reduction(core.mean, averageOf, { output: asFloat, empty: false }),
  max: (): FunctionCase =>
    reduction(core.max, (values) => Math.max(...values), { domain: { distinct: true }, empty: false }),
  argMax: (): FunctionCase =>
    functionCase({
      settings: record({ at: shapesWithAxis({ empty: false }), keepDims: boolean(), flat: boolean() }),
      inputs: ({ at: { shape } }) => [{ shape, domain: { among: [0, 1, 2] } }],
      call: ([x], { at: { axis }, keepDims, flat }) => core.argMax(x!, flat ? {} : { axis, keepDims }),
      reference: ([x], { at: { axis }, keepDims, flat }) =>
        reduceAlong(x!, flat ? {} : { axis, keepDims }, (values) => values.indexOf(Math.max(...values)), "int32"),
      differentiable: false,
      dtypes: numeric,
    }),
};
