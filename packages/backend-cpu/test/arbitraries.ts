import { type DType, type Shape, sizeOf } from "@gradloom/core/backend";
import fc from "fast-check";
import type { Numbers } from "./run-kernel.ts";

export const allDtypes: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool", "uint8"];
export const numberDtypes: readonly DType[] = ["float32", "float64", "int32", "uint32"];
export const floatDtypes: readonly DType[] = ["float32", "float64"];
export const integerDtypes: readonly DType[] = ["int32", "uint32"];

/** Any number of a dtype: NaN, infinities, both zeros, subnormals and the bounds included. */
export const anyNumber: { readonly [Name in DType]: fc.Arbitrary<number> } = {
  float32: fc.oneof(fc.float(), fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity)),
  float64: fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity)),
  int32: fc.oneof(fc.integer(), fc.integer({ min: -9, max: 9 }), fc.constantFrom(-0x80000000, 0x7fffffff)),
  uint32: fc.oneof(fc.nat(0xffffffff), fc.nat(9), fc.constantFrom(0x80000000, 0xffffffff)),
  bool: fc.nat(1),
  uint8: fc.nat(255),
};

/** Numbers of which any few thousand add up exactly in a float32, in any order: eighths below 64. Negative ones where the dtype has them. */
export const exactNumber: { readonly [Name in DType]: fc.Arbitrary<number> } = {
  float32: fc.integer({ min: -16, max: 16 }).map((eighths) => eighths / 8),
  float64: fc.integer({ min: -16, max: 16 }).map((eighths) => eighths / 8),
  int32: fc.integer({ min: -9, max: 9 }),
  uint32: fc.nat(9),
  bool: fc.nat(1),
  uint8: fc.nat(9),
};

/** Shapes of this rank, with empty axes and axes of size 1. */
export function shapes(rank: number, maximum = 5): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(maximum), { minLength: rank, maxLength: rank });
}

/** Numbers of one shape and dtype. */
export function numbers(
  dtype: DType,
  shape: Shape,
  element: fc.Arbitrary<number> = anyNumber[dtype],
): fc.Arbitrary<Numbers> {
  const size = sizeOf(shape);
  return fc.array(element, { minLength: size, maxLength: size }).map((values) => ({ dtype, shape, values }));
}

/** A whole number as an integer dtype stores it. */
export function modulo(dtype: DType, value: bigint): number {
  return Number(dtype === "int32" ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));
}

/** Σ a b */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, at) => total + value * b[at]!, 0);
}

/** Every index of a shape, in row-major order. */
export function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (before, size) => before.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** Where an index lies in row-major order. */
export function place(shape: Shape, index: readonly number[]): number {
  return shape.reduce((at, size, axis) => at * size + index[axis]!, 0);
}
