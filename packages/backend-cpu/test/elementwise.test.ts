import type { DType, Primitives } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, it } from "vitest";
import { allDtypes, anyNumber, floatDtypes, integerDtypes, modulo, numberDtypes, numbers } from "./arbitraries.ts";
import { expectEach, type Numbers } from "./run-kernel.ts";

type Unary = (x: number, dtype: DType) => number;
type Binary = (a: number, b: number, dtype: DType) => number;

const floatFormulas: { readonly [Name in keyof Primitives]?: Unary } = {
  neg: (x) => x * -1,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  atan: Math.atan,
  floor: (x) => (Number.isFinite(x) && x % 1 !== 0 ? x - (x % 1) - (x < 0 ? 1 : 0) : x),
};

const integerFormulas: { readonly [Name in keyof Primitives]?: (a: bigint, b: bigint) => bigint } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? 0n : a / b),
  maximum: (a, b) => (a > b ? a : b),
  minimum: (a, b) => (a < b ? a : b),
};

const floatPairs: { readonly [Name in keyof Primitives]?: Binary } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : b > a ? b : a),
  minimum: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : b < a ? b : a),
  pow: (a, b) => (a === 1 ? 1 : a === -1 && (b === Infinity || b === -Infinity) ? 1 : Math.pow(a, b)),
};

const comparisons: { readonly [Name in keyof Primitives]?: (a: number, b: number) => boolean } = {
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  equal: (a, b) => a === b,
};

function keys<Table extends object>(table: Table): (keyof Table & keyof Primitives)[] {
  return Object.keys(table) as (keyof Table & keyof Primitives)[];
}

/** A pair of inputs of the same shape. */
function pairs(dtype: DType): fc.Arbitrary<readonly [Numbers, Numbers]> {
  return fc.nat(9).chain((size) => fc.tuple(numbers(dtype, [size]), numbers(dtype, [size])));
}

function singles(dtype: DType): fc.Arbitrary<Numbers> {
  return fc.nat(9).chain((size) => numbers(dtype, [size]));
}

describe("element-wise kernels", () => {
  for (const name of keys(floatFormulas)) {
    for (const dtype of floatDtypes) {
      it(`${name} of ${dtype} is the formula in doubles, rounded once`, () => {
        fc.assert(
          fc.property(singles(dtype), (x) => {
            expectEach(
              name,
              [x],
              dtype,
              x.values.map((value) => floatFormulas[name]!(value, dtype)),
            );
          }),
        );
      });
    }
  }

  for (const name of keys(floatPairs)) {
    for (const dtype of floatDtypes) {
      it(`${name} of ${dtype} is the formula in doubles, rounded once`, () => {
        fc.assert(
          fc.property(pairs(dtype), ([a, b]) => {
            expectEach(
              name,
              [a, b],
              dtype,
              a.values.map((value, at) => floatPairs[name]!(value, b.values[at]!, dtype)),
            );
          }),
        );
      });
    }
  }

  for (const name of keys(integerFormulas)) {
    for (const dtype of integerDtypes) {
      it(`${name} of ${dtype} is the formula in whole numbers, modulo 2^32`, () => {
        fc.assert(
          fc.property(pairs(dtype), ([a, b]) => {
            const formula = integerFormulas[name]!;
            const expected = a.values.map((value, at) => modulo(dtype, formula(BigInt(value), BigInt(b.values[at]!))));
            expectEach(name, [a, b], dtype, expected);
          }),
        );
      });
    }
  }

  for (const dtype of integerDtypes) {
    it(`neg and floor of ${dtype} are the opposite modulo 2^32 and the number itself`, () => {
      fc.assert(
        fc.property(singles(dtype), (x) => {
          expectEach(
            "neg",
            [x],
            dtype,
            x.values.map((value) => modulo(dtype, -BigInt(value))),
          );
          expectEach("floor", [x], dtype, x.values);
        }),
      );
    });

    it(`pow of ${dtype} wraps modulo 2^32, and a negative power is 0 but of 1 and -1`, () => {
      const real = (a: bigint, b: bigint): bigint => {
        if (b >= 0n) return a ** b;
        return a === 1n || a === -1n ? a ** -b : 0n;
      };
      const small = fc.integer({ min: dtype === "int32" ? -40 : 0, max: 40 });
      fc.assert(
        fc.property(fc.oneof(small, anyNumber[dtype]), small, (a, b) => {
          const power = real(BigInt(a), BigInt(b));
          const expected = Number(dtype === "int32" ? BigInt.asIntN(32, power) : BigInt.asUintN(32, power));
          const inputs = [a, b].map((value): Numbers => ({ dtype, shape: [1], values: [value] }));
          expectEach("pow", inputs, dtype, [expected]);
        }),
        { numRuns: 1000 },
      );
    });
  }

  for (const name of keys(comparisons)) {
    for (const dtype of [...numberDtypes, "bool"] as const) {
      it(`${name} of ${dtype} gives bool, false where an operand is NaN`, () => {
        fc.assert(
          fc.property(pairs(dtype), ([a, b]) => {
            const expected = a.values.map((value, at) => Number(comparisons[name]!(value, b.values[at]!)));
            expectEach(name, [a, b], "bool", expected);
          }),
        );
      });
    }
  }

  it("not, and maximum and minimum of bool, are the logical operations", () => {
    const a: Numbers = { dtype: "bool", shape: [4], values: [0, 0, 1, 1] };
    const b: Numbers = { dtype: "bool", shape: [4], values: [0, 1, 0, 1] };
    expectEach("not", [a], "bool", [1, 1, 0, 0]);
    expectEach("maximum", [a, b], "bool", [0, 1, 1, 1]);
    expectEach("minimum", [a, b], "bool", [0, 0, 0, 1]);
  });

  for (const dtype of allDtypes) {
    it(`where of ${dtype} picks the first where the condition holds`, () => {
      fc.assert(
        fc.property(pairs(dtype), fc.infiniteStream(fc.nat(1)), ([a, b], bits) => {
          const condition: Numbers = { dtype: "bool", shape: a.shape, values: [...bits.take(a.values.length)] };
          const expected = condition.values.map((bit, at) => (bit === 1 ? a : b).values[at]!);
          expectEach("where", [condition, a, b], dtype, expected);
        }),
      );
    });
  }

  it("maximum and minimum of equal values give the first, and NaN if either is", () => {
    const a: Numbers = { dtype: "float32", shape: [5], values: [0, -0, NaN, 1, NaN] };
    const b: Numbers = { dtype: "float32", shape: [5], values: [-0, 0, 1, NaN, NaN] };
    expectEach("maximum", [a, b], "float32", [0, -0, NaN, NaN, NaN]);
    expectEach("minimum", [a, b], "float32", [0, -0, NaN, NaN, NaN]);
  });

  it("pow follows C where JavaScript differs", () => {
    const base = [1, 1, 1, -1, -1, -1, NaN, NaN, 0, -0, 0, -8, 2];
    const exponent = [NaN, Infinity, -Infinity, Infinity, -Infinity, NaN, 0, -0, -1, -1, 0, 1 / 3, 0.5];
    const expected = [1, 1, 1, 1, 1, NaN, 1, 1, Infinity, -Infinity, 1, NaN, Math.SQRT2];
    const shape = [base.length];
    expectEach(
      "pow",
      [
        { dtype: "float64", shape, values: base },
        { dtype: "float64", shape, values: exponent },
      ],
      "float64",
      expected,
    );
  });

  it("div of int32 truncates towards zero, gives 0 for a zero divisor and wraps the one quotient that does not fit", () => {
    const a: Numbers = { dtype: "int32", shape: [5], values: [7, -7, -7, 5, -0x80000000] };
    const b: Numbers = { dtype: "int32", shape: [5], values: [2, 2, -2, 0, -1] };
    expectEach("div", [a, b], "int32", [3, -3, 3, 0, -0x80000000]);
  });

  it("float32 products and quotients are correctly rounded at the ends of the range", () => {
    const a: Numbers = { dtype: "float32", shape: [3], values: [3e38, 2 ** -126, 2 ** -149] };
    const b: Numbers = { dtype: "float32", shape: [3], values: [10, 2 ** -23, 0.5] };
    expectEach("mul", [a, b], "float32", [Infinity, 2 ** -149, 0]);
  });
});
