import type { DType } from "@gradloom/core/backend";
import type { Operand } from "../../assembler/encode.ts";
import type { Expression, Vector } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { f32x4, f64x2, firstLane, i32x4, v128 } from "../../assembler/lanes.ts";

/** What products need to know of the numbers that they multiply. Whole numbers of both signs multiply alike. */
export interface Element {
  readonly name: "float32" | "float64" | "int32";
  readonly bytes: 4 | 8;
  /** Numbers in a vector. */
  readonly lanes: 4 | 2;
  /** One number in all lanes, or in the first with zeros after it. */
  loadSame(address: Operand<"i32">, offset?: number): Vector;
  loadFirst(address: Operand<"i32">, offset?: number): Vector;
  storeFirst(code: FunctionBuilder, address: Expression<"i32">, value: Vector): void;
  add(a: Vector, b: Vector): Vector;
  /** a b + c */
  multiplyAdd(code: FunctionBuilder, a: Vector, b: Vector, c: Vector): Vector;
}

const single: Element = {
  name: "float32",
  bytes: 4,
  lanes: 4,
  loadSame: v128.loadSplat32,
  loadFirst: v128.loadFirst32,
  storeFirst: (code, address, value) => code.store(firstLane[32], address, value),
  add: f32x4.add,
  multiplyAdd: (code, a, b, c) => code.multiplyAdd(f32x4, a, b, c),
};

const double: Element = {
  name: "float64",
  bytes: 8,
  lanes: 2,
  loadSame: v128.loadSplat64,
  loadFirst: v128.loadFirst64,
  storeFirst: (code, address, value) => code.store(firstLane[64], address, value),
  add: f64x2.add,
  multiplyAdd: (code, a, b, c) => code.multiplyAdd(f64x2, a, b, c),
};

const whole: Element = {
  ...single,
  name: "int32",
  add: i32x4.add,
  multiplyAdd: (_, a, b, c) => i32x4.add(i32x4.mul(a, b), c),
};

/** The element of a dtype that can be multiplied. */
export function elementOf(dtype: DType): Element {
  return dtype === "float32" ? single : dtype === "float64" ? double : whole;
}
