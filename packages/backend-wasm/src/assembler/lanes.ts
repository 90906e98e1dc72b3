import {
  type Binary,
  binary,
  bytesOf,
  type Constants,
  consecutive,
  given,
  i32Constant,
  type Load,
  load,
  type Operand,
  simd,
  type Storable,
  type Unary,
  unary,
} from "./encode.ts";
import { Constant, Expression, type Type, type Vector } from "./expression.ts";
import { comparisons, f32, f64, integerComparisons } from "./scalars.ts";

type VectorOperand = Operand<"v128">;
type Ternary = (a: VectorOperand, b: VectorOperand, c: VectorOperand) => Vector;
type Shift = (x: Vector, bits: Operand<"i32">) => Vector;

/** A vector constant whose lanes all have the value. */
function constants(array: new (values: readonly number[]) => ArrayBufferView): Constants<"v128"> {
  return (value) => {
    const lane = bytesOf(value, array);
    return new Constant("v128", [...simd(0x0c), ...Array.from({ length: 16 }, (_, at) => lane[at % lane.length]!)]);
  };
}

const integerLanes: Constants<"v128"> = /*#__PURE__*/ constants(Int32Array);
const singleLanes: Constants<"v128"> = /*#__PURE__*/ constants(Float32Array);
const doubleLanes: Constants<"v128"> = /*#__PURE__*/ constants(Float64Array);

const floatUnaries = ["abs", "neg"] as const;
const floatArithmetic = ["add", "sub", "mul", "div", "min", "max", "pmin", "pmax"] as const;
const bitwise = ["and", "andNot", "or", "xor"] as const;
const extremes = ["min", "minUnsigned", "max", "maxUnsigned"] as const;

/** What vectors of one kind of float can do. Comparisons give all bits where they hold; `pmin(a, b)` is b < a ? b : a. */
export interface FloatLanes
  extends
    Storable<"v128">,
    Record<(typeof floatUnaries)[number] | "sqrt" | "floor" | "trunc" | "nearest", Unary<"v128">>,
    Record<(typeof floatArithmetic)[number] | (typeof comparisons)[number], Binary<"v128">> {
  /** a b + c, rounded once or twice; only where the engine has relaxed SIMD. */
  readonly relaxedMultiplyAdd: Ternary;
}

const storeBytes: readonly number[] = [0xfd, 0x0b];

function floatLanes(
  constant: Constants<"v128">,
  opcodes: Readonly<Record<"abs" | "sqrt" | "add" | "equal" | "floor" | "trunc" | "nearest" | "multiplyAdd", number>>,
): FloatLanes {
  const one = (opcode: number): Unary<"v128"> => unary("v128", constant, simd(opcode));
  const two = (opcode: number): Binary<"v128"> => binary("v128", constant, simd(opcode));
  return {
    constant,
    storeBytes,
    ...consecutive(floatUnaries, opcodes.abs, one),
    sqrt: one(opcodes.sqrt),
    floor: one(opcodes.floor),
    trunc: one(opcodes.trunc),
    nearest: one(opcodes.nearest),
    ...consecutive(floatArithmetic, opcodes.add, two),
    ...consecutive(comparisons, opcodes.equal, two),
    relaxedMultiplyAdd: (a, b, c) =>
      new Expression(
        "v128",
        [a, b, c].map((operand) => given(constant, operand)),
        simd(opcodes.multiplyAdd),
      ),
  };
}

/** Vectors as `count` numbers, each of which can be read and written. */
export interface LaneAccess<T extends Type> {
  readonly count: number;
  readonly splat: Unary<"v128", T>;
  readonly extract: (x: Vector, lane: number) => Expression<T>;
  readonly replace: (x: Vector, lane: number, value: Operand<T>) => Vector;
}

/** The opcode of `replace` follows that of `extract`. */
function laneAccess<T extends Type>(
  type: T,
  count: number,
  constant: Constants<T>,
  splatOpcode: number,
  extractOpcode: number,
): LaneAccess<T> {
  return {
    count,
    splat: unary("v128", constant, simd(splatOpcode)),
    extract: (x, lane) => new Expression(type, [x], [...simd(extractOpcode), lane]),
    replace: (x, lane, value) =>
      new Expression("v128", [x, given(constant, value)], [...simd(extractOpcode + 1), lane]),
  };
}

/** Four numbers of single precision. */
export const f32x4: FloatLanes &
  LaneAccess<"f32"> & {
    readonly fromIntegers: Unary<"v128">;
    readonly fromUnsigned: Unary<"v128">;
    /** Two doubles, rounded, then two zeros. */
    readonly fromDoubles: Unary<"v128">;
  } = {
  .../*#__PURE__*/ floatLanes(singleLanes, {
    abs: 0xe0,
    sqrt: 0xe3,
    add: 0xe4,
    equal: 0x41,
    floor: 0x68,
    trunc: 0x69,
    nearest: 0x6a,
    multiplyAdd: 0x105,
  }),
  .../*#__PURE__*/ laneAccess("f32", 4, f32.constant, 0x13, 0x1f),
  fromIntegers: /*#__PURE__*/ unary("v128", integerLanes, /*#__PURE__*/ simd(0xfa)),
  fromUnsigned: /*#__PURE__*/ unary("v128", integerLanes, /*#__PURE__*/ simd(0xfb)),
  fromDoubles: /*#__PURE__*/ unary("v128", doubleLanes, /*#__PURE__*/ simd(0x5e)),
};

/** Two numbers of double precision. */
export const f64x2: FloatLanes &
  LaneAccess<"f64"> & {
    /** The first two lanes of four. */
    readonly fromSingles: Unary<"v128">;
    readonly fromIntegers: Unary<"v128">;
    readonly fromUnsigned: Unary<"v128">;
  } = {
  .../*#__PURE__*/ floatLanes(doubleLanes, {
    abs: 0xec,
    sqrt: 0xef,
    add: 0xf0,
    equal: 0x47,
    floor: 0x75,
    trunc: 0x7a,
    nearest: 0x94,
    multiplyAdd: 0x107,
  }),
  .../*#__PURE__*/ laneAccess("f64", 2, f64.constant, 0x14, 0x21),
  fromSingles: /*#__PURE__*/ unary("v128", singleLanes, /*#__PURE__*/ simd(0x5f)),
  fromIntegers: /*#__PURE__*/ unary("v128", integerLanes, /*#__PURE__*/ simd(0xfe)),
  fromUnsigned: /*#__PURE__*/ unary("v128", integerLanes, /*#__PURE__*/ simd(0xff)),
};

/** Four whole numbers of 32 bits; signed, unless the name says otherwise. */
export const i32x4: Storable<"v128"> &
  Record<"add" | "sub" | "mul" | (typeof extremes)[number] | (typeof integerComparisons)[number], Binary<"v128">> &
  Record<"shiftLeft" | "shiftRight" | "shiftRightUnsigned", Shift> &
  LaneAccess<"i32"> & {
    readonly neg: Unary<"v128">;
    /** Towards zero, saturating; NaN becomes 0. */
    readonly fromSingles: Unary<"v128">;
    readonly unsignedFromSingles: Unary<"v128">;
    /** The same of two doubles, then two zeros. */
    readonly fromDoubles: Unary<"v128">;
    readonly unsignedFromDoubles: Unary<"v128">;
    /** Four bytes, without sign, from the first four of sixteen. */
    readonly fromBytes: (x: Vector) => Vector;
    /** The last bytes of the four numbers, in the first lane. */
    readonly toBytes: (x: Vector) => Vector;
    /** The highest bit of each lane, as a number of four bits. */
    readonly bits: Unary<"i32", "v128">;
  } = /*#__PURE__*/ makeIntegerLanes();

function makeIntegerLanes(): typeof i32x4 {
  const one = (opcode: number): Unary<"v128"> => unary("v128", integerLanes, simd(opcode));
  const two = (opcode: number): Binary<"v128"> => binary("v128", integerLanes, simd(opcode));
  const shift =
    (opcode: number): Shift =>
    (x, bits) =>
      new Expression("v128", [x, given(i32Constant, bits)], simd(opcode));
  const [narrowWords, narrowBytes] = [two(0x86), two(0x66)];
  return {
    constant: integerLanes,
    storeBytes,
    ...laneAccess("i32", 4, i32Constant, 0x11, 0x1b),
    neg: one(0xa1),
    add: two(0xae),
    sub: two(0xb1),
    mul: two(0xb5),
    ...consecutive(extremes, 0xb6, two),
    ...consecutive(integerComparisons, 0x37, two),
    ...consecutive(["shiftLeft", "shiftRight", "shiftRightUnsigned"], 0xab, shift),
    fromSingles: unary("v128", singleLanes, simd(0xf8)),
    unsignedFromSingles: unary("v128", singleLanes, simd(0xf9)),
    fromDoubles: unary("v128", doubleLanes, simd(0xfc)),
    unsignedFromDoubles: unary("v128", doubleLanes, simd(0xfd)),
    fromBytes: (x) => one(0xa9)(one(0x89)(x)),
    toBytes: (x) => narrowBytes(narrowWords(v128.and(x, 0xff), 0), 0),
    bits: unary("i32", integerLanes, simd(0xa4)),
  };
}

/** 128 bits, whatever they are. */
export const v128: Storable<"v128"> &
  Record<(typeof bitwise)[number], Binary<"v128">> & {
    readonly load: Load<"v128">;
    /** One number of 32 or 64 bits in all lanes, or in the first with zeros after it. */
    readonly loadSplat32: Load<"v128">;
    readonly loadSplat64: Load<"v128">;
    readonly loadFirst32: Load<"v128">;
    readonly loadFirst64: Load<"v128">;
    readonly not: (x: Vector) => Vector;
    /** Bits of a where the mask is 1, else of b. */
    readonly select: (mask: Vector, a: VectorOperand, b: VectorOperand) => Vector;
    readonly any: (x: Vector) => Expression<"i32">;
  } = /*#__PURE__*/ makeBits();

function makeBits(): typeof v128 {
  return {
    constant: integerLanes,
    storeBytes,
    load: load("v128", simd(0x00)),
    loadSplat32: load("v128", simd(0x09)),
    loadSplat64: load("v128", simd(0x0a)),
    loadFirst32: load("v128", simd(0x5c)),
    loadFirst64: load("v128", simd(0x5d)),
    not: unary("v128", integerLanes, simd(0x4d)),
    ...consecutive(bitwise, 0x4e, (opcode) => binary("v128", integerLanes, simd(opcode))),
    select: (mask, a, b) => new Expression("v128", [given(integerLanes, a), given(integerLanes, b), mask], simd(0x52)),
    any: unary("i32", integerLanes, simd(0x53)),
  };
}

/** Stores the first lane of a vector, of 32 or 64 bits. */
export const firstLane: Record<32 | 64, Storable<"v128">> = {
  32: { constant: integerLanes, storeBytes: /*#__PURE__*/ simd(0x5a), lane: 0 },
  64: { constant: integerLanes, storeBytes: /*#__PURE__*/ simd(0x5b), lane: 0 },
};

/** Lanes of 32 bits (four numbers) or 64 bits (two) from a and then b, counted through. */
export function shuffle(a: Vector, b: Vector, lanes: readonly number[]): Vector {
  const width = 16 / lanes.length;
  const bytes = lanes.flatMap((lane) => Array.from({ length: width }, (_, at) => lane * width + at));
  return new Expression("v128", [a, b], [...simd(0x0d), ...bytes]);
}
