import * as core from "@gradloom/core";
import type { DType, Shape, Tensor } from "@gradloom/core";
import { constantFrom, integer, record } from "fast-check";
import { fromIndices, type HostArray } from "../host-array.ts";
import { shapes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { storable } from "./primitive-case.ts";

function filled(call: (shape: Shape, dtype: DType) => Tensor, value: number): FunctionCase {
  return functionCase({
    settings: record({ shape: shapes(), dtype: constantFrom(...storable) }),
    inputs: () => [],
    call: (_, { shape, dtype }) => call(shape, dtype),
    reference: (_, { shape, dtype }) => fromIndices(shape, dtype, () => value),
    differentiable: false,
    dtypes: ["float32"],
  });
}

function like(call: (x: Tensor) => Tensor, value: number): FunctionCase {
  return functionCase({
    settings: shapes(),
    inputs: (shape) => [shape],
    call: ([x]) => call(x!),
    reference: ([x], shape) => fromIndices(shape, x!.dtype, () => value),
    differentiable: false,
    dtypes: storable,
  });
}

/** The rows of the functions that make tensors of nothing. */
export const creationFunctions = {
  zeros: (): FunctionCase => filled(core.zeros, 0),
  ones: (): FunctionCase => filled(core.ones, 1),
  zerosLike: (): FunctionCase => like((x) => core.zerosLike(x), 0),
  onesLike: (): FunctionCase => like((x) => core.onesLike(x), 1),
  fullLike: (): FunctionCase => like((x) => core.fullLike(x, 1), 1),
  eye: (): FunctionCase =>
    functionCase({
      settings: record({
        rows: integer({ min: 0, max: 5 }),
        columns: integer({ min: 0, max: 5 }),
        dtype: constantFrom(...storable),
      }),
      inputs: () => [],
      call: (_, { rows, columns, dtype }) => core.eye(rows, columns, dtype),
      reference: (_, { rows, columns, dtype }) =>
        fromIndices([rows, columns], dtype, ([row, column]) => Number(row === column)),
      differentiable: false,
      dtypes: ["float32"],
    }),
  arange: (): FunctionCase =>
    functionCase({
      settings: record({
        start: integer({ min: -5, max: 5 }),
        end: integer({ min: -9, max: 9 }),
        step: constantFrom(1, 2, -1, -3, 0.5, -0.25),
      }),
      inputs: () => [],
      call: (_, { start, end, step }) => core.arange(start, end, step),
      reference: (_, { start, end, step }): HostArray => {
        const data: number[] = [];
        for (let value = start; step > 0 ? value < end : value > end; value += step) data.push(value);
        return { shape: [data.length], dtype: Number.isInteger(step) ? "int32" : "float32", data };
      },
      differentiable: false,
      dtypes: ["float32"],
    }),
  linspace: (): FunctionCase =>
    functionCase({
      settings: record({
        start: constantFrom(-1, 0, 2.5),
        end: constantFrom(-3, 0, 7),
        count: integer({ min: 0, max: 9 }),
      }),
      inputs: () => [],
      call: (_, { start, end, count }) => core.linspace(start, end, count, { dtype: "float64" }),
      reference: (_, { start, end, count }) =>
        fromIndices([count], "float64", ([at]) => (count === 1 ? start : start + (at! * (end - start)) / (count - 1))),
      differentiable: false,
      dtypes: ["float32"],
    }),
};
