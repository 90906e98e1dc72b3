import {
  type Binary,
  binary,
  bytesOf,
  type Constants,
  consecutive,
  i32Constant,
  type Load,
  type Operand,
  load,
  prefixed,
  type Storable,
  type Unary,
  unary,
} from "./encode.ts";
import { Constant, Expression, type Type } from "./expression.ts";

/** The comparisons of floats, in the order of their opcodes. */
export const comparisons = ["equal", "notEqual", "less", "greater", "lessEqual", "greaterEqual"] as const;

/** The comparisons of whole numbers, in the order of their opcodes. */
export const integerComparisons = [
  "equal",
  "notEqual",
  "less",
  "lessUnsigned",
  "greater",
  "greaterUnsigned",
  "lessEqual",
  "lessEqualUnsigned",
  "greaterEqual",
  "greaterEqualUnsigned",
] as const;

const integerArithmetic = [
  "add",
  "sub",
  "mul",
  "div",
  "divUnsigned",
  "remainder",
  "remainderUnsigned",
  "and",
  "or",
  "xor",
  "shiftLeft",
  "shiftRight",
  "shiftRightUnsigned",
  "rotateLeft",
] as const;

const floatArithmetic = ["add", "sub", "mul", "div", "min", "max"] as const;

const f32Constant: Constants<"f32"> = (value) => new Constant("f32", [0x43, ...bytesOf(value, Float32Array)]);
const f64Constant: Constants<"f64"> = (value) => new Constant("f64", [0x44, ...bytesOf(value, Float64Array)]);

interface Integers
  extends
    Storable<"i32">,
    Record<(typeof integerComparisons)[number] | (typeof integerArithmetic)[number], Binary<"i32">> {
  readonly load: Load<"i32">;
  /** One byte, without sign. */
  readonly load8: Load<"i32">;
  readonly isZero: Unary<"i32">;
}

interface Floats<T extends "f32" | "f64">
  extends
    Storable<T>,
    Record<(typeof floatArithmetic)[number], Binary<T>>,
    Record<(typeof comparisons)[number], Binary<"i32", T>> {
  readonly load: Load<T>;
}

/** Whole numbers of 32 bits; signed, unless the name says otherwise. */
export const i32: Integers = /*#__PURE__*/ makeIntegers();

function makeIntegers(): Integers {
  const operation = (opcode: number): Binary<"i32"> => binary("i32", i32Constant, [opcode]);
  return {
    constant: i32Constant,
    storeBytes: [0x36],
    load: load("i32", [0x28]),
    load8: load("i32", [0x2d]),
    isZero: unary("i32", i32Constant, [0x45]),
    ...consecutive(integerComparisons, 0x46, operation),
    ...consecutive(integerArithmetic, 0x6a, operation),
  };
}

/** The last byte of an i32 in memory: for stores. */
export const byte: Storable<"i32"> = { constant: i32Constant, storeBytes: [0x3a] };

/** Numbers of single precision. */
export const f32: Floats<"f32"> & {
  readonly fromDouble: Unary<"f32", "f64">;
} = /*#__PURE__*/ Object.assign(/*#__PURE__*/ makeFloats("f32", f32Constant, 0x38, 0x2a, 0x5b, 0x92), {
  fromDouble: /*#__PURE__*/ unary("f32", f64Constant, [0xb6]),
});

/** Numbers of double precision. */
export const f64: Floats<"f64"> & {
  readonly fromSingle: Unary<"f64", "f32">;
  readonly fromInteger: Unary<"f64", "i32">;
  readonly fromUnsigned: Unary<"f64", "i32">;
} = /*#__PURE__*/ Object.assign(/*#__PURE__*/ makeFloats("f64", f64Constant, 0x39, 0x2b, 0x61, 0xa0), {
  fromSingle: /*#__PURE__*/ unary("f64", f32Constant, [0xbb]),
  fromInteger: /*#__PURE__*/ unary("f64", i32Constant, [0xb7]),
  fromUnsigned: /*#__PURE__*/ unary("f64", i32Constant, [0xb8]),
});

/** The conversions of doubles to whole numbers: towards zero, saturating, NaN becomes 0. */
export const truncate: Record<"toInteger" | "toUnsigned", Unary<"i32", "f64">> = /*#__PURE__*/ consecutive(
  ["toInteger", "toUnsigned"],
  2,
  (opcode) => unary("i32", f64Constant, prefixed(0xfc, opcode)),
);

function makeFloats<T extends "f32" | "f64">(
  type: T,
  constant: Constants<T>,
  storeOpcode: number,
  loadOpcode: number,
  firstComparison: number,
  firstArithmetic: number,
): Floats<T> {
  return {
    constant,
    storeBytes: [storeOpcode],
    load: load(type, [loadOpcode]),
    ...consecutive(comparisons, firstComparison, (opcode) => binary("i32", constant, [opcode])),
    ...consecutive(floatArithmetic, firstArithmetic, (opcode) => binary(type, constant, [opcode])),
  };
}

/** The address after steps along each axis: how many, and the bytes of a step. */
export function strided(
  base: Expression<"i32">,
  ...axes: readonly (readonly [Operand<"i32">, Operand<"i32">])[]
): Expression<"i32"> {
  return axes.reduce((address, [count, step]) => i32.add(address, i32.mul(count, step)), base);
}

/** a if the condition is not 0, else b; both are computed. */
export function select<T extends Type>(
  condition: Expression<"i32">,
  a: Expression<T>,
  b: Expression<T>,
): Expression<T> {
  return new Expression(a.type, [a, b, condition], [0x1b]);
}
