import { describe, expect, test } from "vitest";
import type { Operand } from "../../src/assembler/encode.ts";
import type { Expression, Vector } from "../../src/assembler/expression.ts";
import { f32x4, f64x2, firstLane, i32x4, shuffle, v128 } from "../../src/assembler/lanes.ts";
import { byte, f32, f64, i32, truncate } from "../../src/assembler/scalars.ts";
import { assemble } from "./assemble.ts";

const integers = [0, 1, -1, 2, 3, -7, 31, 65_536, 123_456_789, 2_147_483_647, -2_147_483_648];
const floats = [0, -0, 1, -1, 0.5, -1.5, 2.5, 1e30, -1e-30, 3e9, NaN, Infinity, -Infinity];
const { fround } = Math;

type Formula = (a: number, b: number) => number;
const truth =
  (holds: (a: number, b: number) => boolean): Formula =>
  (a, b) =>
    Number(holds(a, b));
const unsignedTruth = (holds: (a: number, b: number) => boolean): Formula => truth((a, b) => holds(a >>> 0, b >>> 0));

const integerFormulas: Record<string, Formula> = {
  equal: truth((a, b) => a === b),
  notEqual: truth((a, b) => a !== b),
  less: truth((a, b) => a < b),
  lessUnsigned: unsignedTruth((a, b) => a < b),
  greater: truth((a, b) => a > b),
  greaterUnsigned: unsignedTruth((a, b) => a > b),
  lessEqual: truth((a, b) => a <= b),
  lessEqualUnsigned: unsignedTruth((a, b) => a <= b),
  greaterEqual: truth((a, b) => a >= b),
  greaterEqualUnsigned: unsignedTruth((a, b) => a >= b),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
};
const scalarFormulas: Record<string, Formula> = {
  ...integerFormulas,
  div: (a, b) => Math.trunc(a / b),
  divUnsigned: (a, b) => Math.trunc((a >>> 0) / (b >>> 0)),
  remainder: (a, b) => a % b,
  remainderUnsigned: (a, b) => (a >>> 0) % (b >>> 0),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shiftLeft: (a, b) => a << b,
  shiftRight: (a, b) => a >> b,
  shiftRightUnsigned: (a, b) => a >>> b,
  rotateLeft: (a, b) => (a << b) | (b % 32 === 0 ? 0 : a >>> (32 - (b & 31))),
};
const comparisonFormulas: Record<string, Formula> = {
  equal: truth((a, b) => a === b),
  notEqual: truth((a, b) => a !== b),
  less: truth((a, b) => a < b),
  greater: truth((a, b) => a > b),
  lessEqual: truth((a, b) => a <= b),
  greaterEqual: truth((a, b) => a >= b),
};
const floatFormulas: Record<string, Formula> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
};
const laneFormulas: Record<string, Formula> = {
  ...floatFormulas,
  pmin: (a, b) => (b < a ? b : a),
  pmax: (a, b) => (a < b ? b : a),
};
const roundings: Record<string, (x: number) => number> = {
  abs: Math.abs,
  neg: (x) => -x,
  sqrt: Math.sqrt,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest: (x) => {
    const below = Math.floor(x);
    if (!Number.isFinite(x) || x - below !== 0.5) return Object.is(x, -0) ? -0 : Math.round(x);
    return below % 2 === 0 ? below : below + 1;
  },
};

/** Every pair of the values. */
function pairs(values: readonly number[]): readonly (readonly [number, number])[] {
  return values.flatMap((a) => values.map((b) => [a, b] as const));
}

describe("i32", () => {
  for (const [name, formula] of Object.entries(scalarFormulas)) {
    test(`${name} is that of JavaScript`, () => {
      const operation = i32[name as "add"];
      const { call } = assemble(["i32", "i32"], "i32", (code, [a, b]) => code.result(operation(a!, b!)));
      const divides = /^(div|remainder)/u.test(name);
      for (const [a, b] of pairs(integers)) {
        if (divides && (b === 0 || (a === -2_147_483_648 && b === -1))) continue;
        expect(call(a, b), `${a}, ${b}`).toBe(formula(a, b) | 0);
      }
    });
  }

  test("constants, isZero and memory", () => {
    for (const value of integers) {
      const { call, memory } = assemble(["i32"], "i32", (code, [address]) => {
        code.store(i32, address!, value, 4);
        code.store(byte, address!, i32.load(address!, 4), 12);
        code.result(i32.add(i32.isZero(i32.load(address!, 4)), i32.shiftLeft(i32.load8(address!, 12), 1)));
      });
      expect(call(8)).toBe(Number(value === 0) + 2 * (value & 0xff));
      expect(new DataView(memory.buffer).getInt32(12, true)).toBe(value);
    }
  });
});

for (const [kind, name, round] of [
  [f32, "f32", fround],
  [f64, "f64", (x: number) => x],
] as const) {
  describe(name, () => {
    for (const [operation, formula] of Object.entries({ ...comparisonFormulas, ...floatFormulas })) {
      test(`${operation} is that of JavaScript`, () => {
        const compares = operation in comparisonFormulas;
        const { call } = assemble([name, name], compares ? "i32" : name, (code, [a, b]) =>
          code.result((kind[operation as "add"] as (a: unknown, b: unknown) => Expression)(a, b)),
        );
        for (const [a, b] of pairs(floats.map(round)))
          expect(call(a, b), `${a}, ${b}`).toBe(compares ? formula(a, b) : round(formula(a, b)));
      });
    }

    test("constants and memory", () => {
      for (const value of floats) {
        const { call } = assemble(["i32"], name, (code, [address]) => {
          code.store(kind as typeof f32, address!, value, 3);
          code.result((kind as typeof f32).load(address!, 3));
        });
        expect(call(5)).toBe(round(value));
      }
    });
  });
}

describe("conversions between scalars", () => {
  const cases: readonly (readonly [
    string,
    "f64" | "f32" | "i32",
    Expression["type"],
    (x: never) => Expression,
    Formula,
  ])[] = [
    ["f32.fromDouble", "f64", "f32", f32.fromDouble, fround],
    ["f64.fromSingle", "f32", "f64", f64.fromSingle, fround],
    ["f64.fromInteger", "i32", "f64", f64.fromInteger, (x) => x | 0],
    ["f64.fromUnsigned", "i32", "f64", f64.fromUnsigned, (x) => x >>> 0],
    ["truncate.toInteger", "f64", "i32", truncate.toInteger, (x) => saturated(x, -0x80000000, 0x7fffffff) | 0],
    ["truncate.toUnsigned", "f64", "i32", truncate.toUnsigned, (x) => saturated(x, 0, 0xffffffff) | 0],
  ];
  for (const [name, from, to, operation, formula] of cases) {
    test(name, () => {
      const { call } = assemble([from], to, (code, [x]) => code.result(operation(x as never)));
      for (const value of from === "i32" ? integers : floats) expect(call(value), `${value}`).toBe(formula(value, 0));
    });
  }
});

function saturated(x: number, least: number, most: number): number {
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), least), most);
}

/** The vector that `write` makes of vectors at 0 and 16, read as an array; the vectors hold the numbers a and b. */
function vectorOf<A extends Float32Array | Float64Array | Int32Array | Uint32Array>(
  array: { new (buffer: ArrayBuffer, offset: number, length: number): A },
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  write: (a: Vector, b: Vector) => Operand<"v128">,
  input: {
    new (buffer: ArrayBuffer, offset: number, length: number): { set(values: ArrayLike<number>): void };
  } = array,
): A {
  const { call, memory } = assemble([], undefined, (code) => {
    code.store(v128, 0, write(code.let(v128.load(0)), code.let(v128.load(0, 16))), 32);
  });
  new input(memory.buffer, 0, a.length).set(a);
  new input(memory.buffer, 16, b.length).set(b);
  call();
  return new array(memory.buffer, 32, 16 / new array(memory.buffer, 0, 1).BYTES_PER_ELEMENT);
}

/** The numbers in groups of one size, filled up with the first. */
function groups(values: readonly number[], size: number): readonly (readonly number[])[] {
  const result: number[][] = [];
  for (let at = 0; at < values.length; at += size)
    result.push(Array.from({ length: size }, (_, lane) => values[at + lane] ?? values[0]!));
  return result;
}

for (const [lanes, name, array, bits, round, width] of [
  [f32x4, "f32x4", Float32Array, Int32Array, fround, 4],
  [f64x2, "f64x2", Float64Array, BigInt64Array, (x: number) => x, 2],
] as const) {
  describe(name, () => {
    const all = pairs(floats.map(round));
    for (const [operation, formula] of Object.entries({ ...laneFormulas, ...comparisonFormulas })) {
      test(`${operation} is that of JavaScript in every lane`, () => {
        for (const at of groups([...all.keys()], width)) {
          const [a, b] = [0, 1].map((side) => at.map((pair) => all[pair]![side]!));
          const found = vectorOf<Float32Array | Float64Array>(array, a!, b!, (x, y) => lanes[operation as "add"](x, y));
          const expected = at.map((pair) => formula(...all[pair]!));
          if (operation in comparisonFormulas)
            expect(Array.from(new bits(found.buffer as ArrayBuffer, 32, width), Number)).toEqual(
              expected.map((holds) => holds && -1).map((holds) => holds || 0),
            );
          else expect(Array.from(found)).toEqual(expected.map(round));
        }
      });
    }

    for (const [operation, formula] of Object.entries(roundings)) {
      test(`${operation} is that of JavaScript in every lane`, () => {
        for (const values of groups(floats, width)) {
          const found = vectorOf<Float32Array | Float64Array>(array, values, [], (x) => lanes[operation as "abs"](x));
          expect(Array.from(found)).toEqual(values.map((value) => round(formula(round(value)))));
        }
      });
    }

    test("constants have their value in every lane", () => {
      for (const value of floats) {
        const found = vectorOf<Float32Array | Float64Array>(array, [], [], () => lanes.constant(value));
        expect(Array.from(found)).toEqual(new Array(width).fill(round(value)));
      }
    });
  });
}

describe("i32x4", () => {
  const formulas: Record<string, Formula> = {
    ...integerFormulas,
    min: Math.min,
    max: Math.max,
    minUnsigned: (a, b) => Math.min(a >>> 0, b >>> 0),
    maxUnsigned: (a, b) => Math.max(a >>> 0, b >>> 0),
  };
  const all = pairs(integers);
  for (const [name, formula] of Object.entries(formulas)) {
    test(`${name} is that of JavaScript in every lane`, () => {
      const compares = /^(equal|notEqual|less|greater)/u.test(name);
      for (const at of groups([...all.keys()], 4)) {
        const [a, b] = [0, 1].map((side) => at.map((pair) => all[pair]![side]!));
        const found = vectorOf(Int32Array, a!, b!, (x, y) => i32x4[name as "add"](x, y));
        expect(Array.from(found)).toEqual(
          at.map((pair) => (compares ? -formula(...all[pair]!) | 0 : formula(...all[pair]!) | 0)),
        );
      }
    });
  }

  test("shifts, neg, splat, extract, replace, bits", () => {
    const a = [1, -2, 123_456_789, -2_147_483_648];
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.shiftLeft(x, 3)))).toEqual(a.map((n) => n << 3));
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.shiftRight(x, 3)))).toEqual(a.map((n) => n >> 3));
    expect(Array.from(vectorOf(Uint32Array, a, [], (x) => i32x4.shiftRightUnsigned(x, 3)))).toEqual(
      a.map((n) => n >>> 3),
    );
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.neg(x)))).toEqual(a.map((n) => -n | 0));
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.splat(i32x4.extract(x, 2))))).toEqual(
      new Array(4).fill(a[2]),
    );
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.replace(x, 1, 7)))).toEqual([1, 7, a[2], a[3]]);
    expect(Array.from(vectorOf(Int32Array, a, [], (x) => i32x4.splat(i32x4.bits(x))))).toEqual([10, 10, 10, 10]);
  });

  test("bytes", () => {
    const bytes = vectorOf(Int32Array, [1, 255, 256, -1], [], (x) => i32x4.toBytes(x));
    expect(Array.from(new Uint8Array(bytes.buffer, 32, 4))).toEqual([1, 255, 0, 255]);
    expect(Array.from(vectorOf(Int32Array, [0x04fe_8001], [], (x) => i32x4.fromBytes(x)))).toEqual([1, 0x80, 0xfe, 4]);
  });
});

describe("conversions between vectors", () => {
  const numbers = [1.5, -2.5, 3e9, NaN];
  test("between single precision and whole numbers", () => {
    const input = Float32Array;
    expect(Array.from(vectorOf(Int32Array, numbers, [], i32x4.fromSingles, input))).toEqual([1, -2, 0x7fffffff, 0]);
    expect(Array.from(vectorOf(Uint32Array, numbers, [], i32x4.unsignedFromSingles, input))).toEqual([1, 0, 3e9, 0]);
    expect(Array.from(vectorOf(Float32Array, [1, -1, 5, 0], [], f32x4.fromIntegers, Int32Array))).toEqual([
      1, -1, 5, 0,
    ]);
    expect(Array.from(vectorOf(Float32Array, [1, -1, 5, 0], [], f32x4.fromUnsigned, Int32Array))).toEqual([
      1,
      2 ** 32,
      5,
      0,
    ]);
  });

  test("between double precision and the others", () => {
    const input = Float64Array;
    expect(Array.from(vectorOf(Int32Array, [-2.5, 3e9], [], i32x4.fromDoubles, input))).toEqual([-2, 0x7fffffff, 0, 0]);
    expect(Array.from(vectorOf(Uint32Array, [-2.5, 3e9], [], i32x4.unsignedFromDoubles, input))).toEqual([
      0, 3e9, 0, 0,
    ]);
    expect(Array.from(vectorOf(Float64Array, [1, -1, 5, 0], [], f64x2.fromIntegers, Int32Array))).toEqual([1, -1]);
    expect(Array.from(vectorOf(Float64Array, [1, -1], [], f64x2.fromUnsigned, Int32Array))).toEqual([1, 2 ** 32 - 1]);
    expect(Array.from(vectorOf(Float32Array, [0.1, 1e300], [], f32x4.fromDoubles, input))).toEqual([
      fround(0.1),
      Infinity,
      0,
      0,
    ]);
    expect(Array.from(vectorOf(Float64Array, [0.1, 2, 3, 4], [], f64x2.fromSingles, Float32Array))).toEqual([
      fround(0.1),
      2,
    ]);
  });

  test("lanes of floats", () => {
    expect(Array.from(vectorOf(Float32Array, [1, 2, 3, 4], [], (x) => f32x4.splat(f32x4.extract(x, 2))))).toEqual([
      3, 3, 3, 3,
    ]);
    expect(Array.from(vectorOf(Float64Array, [1, 2], [], (x) => f64x2.splat(f64x2.extract(x, 1))))).toEqual([2, 2]);
    expect(Array.from(vectorOf(Float64Array, [1, 2], [], (x) => f64x2.replace(x, 0, 9)))).toEqual([9, 2]);
  });
});

describe("v128", () => {
  const a = [0x0f0f, -1, 5, 0];
  const b = [0x00ff, 7, -2, 3];
  test("bitwise operations are those of JavaScript", () => {
    const formulas: Record<string, Formula> = {
      and: (x, y) => x & y,
      andNot: (x, y) => x & ~y,
      or: (x, y) => x | y,
      xor: (x, y) => x ^ y,
    };
    for (const [name, formula] of Object.entries(formulas))
      expect(Array.from(vectorOf(Int32Array, a, b, (x, y) => v128[name as "and"](x, y)))).toEqual(
        a.map((value, at) => formula(value, b[at]!)),
      );
    expect(Array.from(vectorOf(Int32Array, a, b, (x) => v128.not(x)))).toEqual(a.map((value) => ~value));
    expect(Array.from(vectorOf(Int32Array, a, b, (x, y) => v128.select(i32x4.constant(0xf0), x, y)))).toEqual(
      a.map((value, at) => (value & 0xf0) | (b[at]! & ~0xf0)),
    );
    expect(vectorOf(Int32Array, a, b, (x) => i32x4.splat(v128.any(x)))[0]).toBe(1);
    expect(vectorOf(Int32Array, a, b, (x) => i32x4.splat(v128.any(v128.xor(x, x))))[0]).toBe(0);
  });

  test("partial loads and stores touch only their lanes", () => {
    expect(Array.from(vectorOf(Int32Array, a, b, () => v128.loadSplat32(0, 8)))).toEqual([5, 5, 5, 5]);
    expect(Array.from(vectorOf(Int32Array, a, b, () => v128.loadSplat64(0, 16)))).toEqual([0xff, 7, 0xff, 7]);
    expect(Array.from(vectorOf(Int32Array, a, b, () => v128.loadFirst32(0, 8)))).toEqual([5, 0, 0, 0]);
    expect(Array.from(vectorOf(Int32Array, a, b, () => v128.loadFirst64(0, 16)))).toEqual([0xff, 7, 0, 0]);
    const { call, memory } = assemble([], undefined, (code) => {
      code.store(firstLane[32], 16, v128.load(0));
      code.store(firstLane[64], 32, v128.load(0));
    });
    const words = new Int32Array(memory.buffer, 0, 12);
    words.set(a);
    words.fill(9, 4);
    call();
    expect(Array.from(words.subarray(4))).toEqual([a[0], 9, 9, 9, a[0], a[1], 9, 9]);
  });

  test("shuffles take lanes of both vectors", () => {
    expect(Array.from(vectorOf(Int32Array, a, b, (x, y) => shuffle(x, y, [0, 4, 1, 7])))).toEqual([
      a[0],
      b[0],
      a[1],
      b[3],
    ]);
    expect(Array.from(vectorOf(Int32Array, a, b, (x, y) => shuffle(x, y, [1, 2])))).toEqual([a[2], a[3], b[0], b[1]]);
  });
});
